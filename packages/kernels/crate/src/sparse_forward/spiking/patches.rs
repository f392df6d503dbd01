//! Tiles of spikes as masks `[channel, tap, unit]`: bit `l` of a mask says whether lane `l` of the output unit sees a spike
//! through the tap. A connection's masks lie so at its column of the weights' rows, whatever the geometry.

use crate::sparse_forward::correlation::Correlation;
use crate::sparse_forward::tiling::{LANES, Tile, Tiling};
use crate::spikes::words_of;
use std::arch::x86_64::*;
use std::ops::Range;

/// Lines are words of 32 columns, a stride apart, of the input rows under a tile, lane 0 of a unit at this bit. Taps may so
/// lie as many lanes to either side.
const ORIGIN: usize = 8;

/// Masks beyond a tile's own that its filling may write, and lines that it may read: it works on 16 at a time.
pub const SLACK: usize = 16;

/// Channels whose lines are made together, so that each image's bits are read in one go.
const BLOCK: usize = 8;

/// Sizes of tiles: larger ones share what an entry of a list costs among more units.
const SIZES: [(usize, f64); 3] = [(16, 1.0), (8, 0.94), (4, 0.84)];

pub struct Patches {
    pub tiling: Tiling,
    /// Input rows under a tile's output rows, and of those of one residue of the stride.
    rows: usize,
    per_residue: usize,
    /// For each tap, where its lines begin, how far its lanes lie to the right, and the lanes it can see.
    taps: Vec<(usize, u32, u32)>,
}

impl Patches {
    /// `None` where taps lie too far to the side.
    pub fn new(correlation: Correlation, images: usize) -> Option<Self> {
        let Correlation { kernel, stride, .. } = correlation;
        if (0..kernel).any(|j| correlation.residue_and_step(j).1.unsigned_abs() > ORIGIN) {
            return None;
        }
        let tiling = Tiling::best(correlation, images, &SIZES);
        let rows = (tiling.rows - 1) * stride + kernel;
        let mut patches = Self { tiling, rows, per_residue: rows.div_ceil(stride), taps: Vec::new() };
        for i in 0..kernel {
            for j in 0..kernel {
                let (residue, step) = correlation.residue_and_step(j);
                let shift = ORIGIN.wrapping_add_signed(step) as u32;
                patches.taps.push((patches.line(i, residue), shift, tiling.tap_lanes(j)));
            }
        }
        Some(patches)
    }

    /// Words of the lines that `fill` works on.
    pub fn lines(&self) -> usize {
        BLOCK * self.channel_lines() + SLACK
    }

    /// Masks of one channel.
    pub fn channel(&self) -> usize {
        self.tiling.correlation.taps() * self.tiling.units
    }

    fn channel_lines(&self) -> usize {
        let stride = self.tiling.correlation.stride;
        stride * stride * self.per_residue * self.tiling.across * self.tiling.stacks
    }

    /// The first line of an input row and residue of columns. Lines lie as units do, so that a tap's are as many lines in
    /// a row as there are units.
    fn line(&self, row: usize, residue: usize) -> usize {
        let stride = self.tiling.correlation.stride;
        let row = (residue * stride + row % stride) * self.per_residue + row / stride;
        row * self.tiling.across * self.tiling.stacks
    }

    /// Fills a tile's masks with all channels of the tensor `[images, channels, height, words]`.
    ///
    /// # Safety
    /// There is AVX-512.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
    pub unsafe fn fill(
        &self,
        bits: &[u32],
        images: usize,
        channels: usize,
        tile: Tile,
        lines: &mut [u32],
        masks: &mut [u16],
    ) {
        assert_eq!(lines.len(), self.lines());
        assert!(masks.len() >= channels * self.channel() + SLACK);
        let of = &self.tiling.correlation;
        let words = words_of(of.width);
        let image_size = channels * of.height * words;
        assert_eq!(bits.len(), images * image_size);
        let first = (tile.row * of.stride) as isize - of.lead;
        // Rows of the tile that the image has.
        let rows = (-first).max(0) as usize..(of.height as isize - first).clamp(0, self.rows as isize) as usize;
        lines.fill(0);
        for from in (0..channels).step_by(BLOCK) {
            let block = BLOCK.min(channels - from);
            for group in 0..self.tiling.stacks * self.tiling.side {
                if tile.image + group < images && !rows.is_empty() {
                    let image = &bits[(tile.image + group) * image_size..][..image_size];
                    let above = from * of.height + (first + rows.start as isize) as usize;
                    self.add_image(&image[above * words..], rows.clone(), block, tile.piece, group, lines);
                }
            }
            for channel in 0..block {
                let lines = &lines[channel * self.channel_lines()..];
                // SAFETY: lines and masks have slack.
                unsafe { self.spread(lines.as_ptr(), masks.as_mut_ptr().add((from + channel) * self.channel())) };
            }
        }
    }

    /// Adds rows of one image, the `group`-th of the tile, to the lines of `channels` channels; `bits` begins with the first
    /// of these rows. The first image of a stack replaces what was there.
    #[target_feature(enable = "bmi2")]
    fn add_image(
        &self,
        bits: &[u32],
        rows: Range<usize>,
        channels: usize,
        first: usize,
        group: usize,
        lines: &mut [u32],
    ) {
        let Tiling { side, stacks, across, packed, pitch, .. } = self.tiling;
        let Correlation { height, width, stride, .. } = self.tiling.correlation;
        let (stack, beside, words) = (group / side, group % side, words_of(width));
        let every = (0..64).step_by(stride).fold(0u64, |every, bit| every | 1 << bit);
        let keep = if beside == 0 { 0 } else { u32::MAX };
        for piece in 0..across {
            let place = piece * stacks + stack;
            let column = if packed { 0 } else { (first + piece) * LANES };
            for channel in 0..channels {
                let bits = &bits[channel * height * words..][..rows.len() * words];
                let lines = &mut lines[channel * self.channel_lines()..][..self.channel_lines()];
                if stride == 1 && words == 1 {
                    // No more than one of the shifts is by anything; columns that leave the word are none of this piece's.
                    let left = (ORIGIN + beside * pitch).saturating_sub(column);
                    let right = column.saturating_sub(ORIGIN);
                    let mut at = rows.start * across * stacks + place;
                    for &word in bits {
                        lines[at] = lines[at] & keep | word << left >> right;
                        at += across * stacks;
                    }
                    continue;
                }
                for (bits, row) in bits.chunks_exact(words).zip(rows.clone()) {
                    for residue in 0..stride {
                        let seen = if packed {
                            strided(bits, 0, residue, stride, every) << (ORIGIN + beside * pitch)
                        } else {
                            strided(bits, column as isize - ORIGIN as isize, residue, stride, every)
                        };
                        let line = &mut lines[self.line(row, residue) + place];
                        *line = *line & keep | seen;
                    }
                }
            }
        }
    }

    /// Makes one channel's masks of its lines: of each tap, the lanes of its lines.
    ///
    /// # Safety
    /// There is AVX-512; 16 lines from each tap's on can be read, and 16 masks from each of its units written.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
    unsafe fn spread(&self, lines: *const u32, masks: *mut u16) {
        for (tap, &(from, shift, lanes)) in self.taps.iter().enumerate() {
            // SAFETY: masks beyond this tap's are written later; the rest is the caller's contract.
            unsafe {
                let line = _mm512_loadu_si512(lines.add(from).cast());
                let seen = _mm512_srl_epi32(line, _mm_cvtsi32_si128(shift as i32));
                let seen = _mm512_and_si512(seen, _mm512_set1_epi32(lanes as i32));
                _mm256_storeu_si256(masks.add(tap * self.tiling.units).cast(), _mm512_cvtepi32_epi16(seen));
            }
        }
    }
}

/// Columns `stride (lane + i) + residue` of a row, for `i < 32`, as bits; those outside are 0. `every` has every
/// `stride`-th bit set.
#[target_feature(enable = "bmi2")]
fn strided(bits: &[u32], lane: isize, residue: usize, stride: usize, every: u64) -> u32 {
    let short = match *bits {
        [word] => Some(u64::from(word)),
        [low, high] => Some(u64::from(high) << 32 | u64::from(low)),
        _ => None,
    };
    if let Some(row) = short {
        let columns = if residue < 64 { _pext_u64(row >> residue, every) } else { 0 };
        return if lane < 0 { (columns << -lane) as u32 } else { columns.checked_shr(lane as u32).unwrap_or(0) as u32 };
    }
    (0..32).fold(0, |found, i| {
        let column = (lane + i) * stride as isize + residue as isize;
        let word = usize::try_from(column.div_euclid(32)).ok().and_then(|word| bits.get(word));
        found | word.map_or(0, |word| word >> column.rem_euclid(32) & 1) << i
    })
}
