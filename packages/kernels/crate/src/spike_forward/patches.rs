//! Which weight rows the patch of each output pixel adds up: im2col of spikes in sparse form.

use super::block::{Blocks, ROW_UNITS};
use super::tile::Tile;
use crate::bit_matrix::BitMatrix;
use crate::geometry::Geometry;

/// The lists of one tile's output pixels: panel by panel, in a panel pixel by pixel.
#[derive(Default)]
pub struct Patches {
    /// Offsets of weight rows within their panel.
    entries: Vec<u16>,
    /// `[panels, pixels]` lengths of lists.
    counts: Vec<u16>,
    /// Where each panel's entries begin, and where the last ones end.
    starts: Vec<usize>,
}

/// The lists of one panel.
pub struct PanelLists<'a> {
    pub entries: &'a [u16],
    pub counts: &'a [u16],
}

/// Entries that are copied or written at once, and so the room needed past the end of a list.
const STEP: usize = 16;
/// Entries of a slot: the spikes of up to 32 channels at one pixel.
const SLOT: usize = 32;

impl Patches {
    pub fn block(&self, block: usize) -> PanelLists<'_> {
        let pixels = self.counts.len() / (self.starts.len() - 1);
        PanelLists {
            entries: &self.entries[self.starts[block]..self.starts[block + 1]],
            counts: &self.counts[block * pixels..(block + 1) * pixels],
        }
    }

    /// Lists the patches of `tile`, in place of what was listed before.
    pub fn list(&mut self, geometry: &Geometry, blocks: &Blocks, bits: &[u32], tile: &Tile) {
        self.entries.clear();
        self.counts.clear();
        self.starts.clear();
        self.starts.push(0);
        if geometry.is_linear() {
            self.list_features(blocks, &BitMatrix::of_features(geometry, bits, tile.images.clone()));
        } else {
            let rows = tile.input_rows(geometry);
            let pixels = BitMatrix::of_channels(geometry, bits, tile.images.clone(), rows).transposed();
            self.list_pixels(geometry, blocks, tile, &Slots::of(blocks, geometry, &pixels));
        }
    }

    fn list_features(&mut self, blocks: &Blocks, features: &BitMatrix) {
        for block in 0..blocks.count {
            let words =
                block * blocks.channels / 32..((block + 1) * blocks.channels).min(features.columns).div_ceil(32);
            self.entries.reserve(features.rows * words.len() * 32 + SLOT);
            for row in 0..features.rows {
                let before = self.entries.len();
                for (index, &word) in features.row(row)[words.clone()].iter().enumerate() {
                    // SAFETY: room was reserved for every bit, and a slot beyond.
                    unsafe {
                        let to = self.entries.as_mut_ptr().add(self.entries.len());
                        let count = list_bits(word, (index * 32 * ROW_UNITS) as u16, ROW_UNITS as u16, to);
                        self.entries.set_len(self.entries.len() + count);
                    }
                }
                self.counts.push((self.entries.len() - before) as u16);
            }
            self.starts.push(self.entries.len());
        }
    }

    fn list_pixels(&mut self, geometry: &Geometry, blocks: &Blocks, tile: &Tile, slots: &Slots) {
        let Geometry { height, width, kernel, stride, padding, .. } = *geometry;
        let input_rows = tile.input_rows(geometry);
        let per_block = blocks.channels.div_ceil(32);
        // Of one output coordinate: the taps that fall into the image, from the input coordinate of the first tap.
        let taps = |out: usize, extent: usize| {
            let first = padding.saturating_sub(out * stride);
            first..(extent + padding).saturating_sub(out * stride).min(kernel).max(first)
        };
        for block in 0..blocks.count {
            let groups = block * per_block..((block + 1) * per_block).min(slots.groups);
            self.entries.reserve(tile.pixels(geometry) * groups.len() * slots.channels * geometry.taps() + SLOT);
            for image in 0..tile.images.len() {
                for out_row in tile.rows.clone() {
                    for out_column in 0..geometry.out_width() {
                        let before = self.entries.len();
                        for tap_row in taps(out_row, height) {
                            let row = out_row * stride + tap_row - padding - input_rows.start;
                            for tap_column in taps(out_column, width) {
                                let column = out_column * stride + tap_column - padding;
                                let pixel = (image * input_rows.len() + row) * width + column;
                                let offset = ((tap_row * kernel + tap_column) * ROW_UNITS) as u16;
                                // SAFETY: room was reserved for every spike, and a slot beyond; the groups exist.
                                unsafe {
                                    let end = self.entries.as_mut_ptr().add(self.entries.len());
                                    let count = slots.append(pixel, groups.clone(), offset, end);
                                    self.entries.set_len(self.entries.len() + count);
                                }
                            }
                        }
                        self.counts.push((self.entries.len() - before) as u16);
                    }
                }
            }
            self.starts.push(self.entries.len());
        }
    }
}

/// Of every input pixel and group of channels the list of spiking channels, as offsets of their first weight row.
struct Slots {
    /// Channels of a group: at most 32.
    channels: usize,
    groups: usize,
    /// `[pixels, groups]`
    counts: Vec<u8>,
    /// `[pixels, groups, SLOT]`
    entries: Vec<u16>,
}

impl Slots {
    fn of(blocks: &Blocks, geometry: &Geometry, pixels: &BitMatrix) -> Self {
        let channels = blocks.channels.min(32);
        let groups = geometry.channels_in.div_ceil(channels);
        let mut slots = Self {
            channels,
            groups,
            counts: vec![0; pixels.rows * groups],
            entries: vec![0; pixels.rows * groups * SLOT],
        };
        let step = geometry.taps() * ROW_UNITS;
        let mask = u32::MAX >> (32 - channels);
        for pixel in 0..pixels.rows {
            let words = pixels.row(pixel);
            for group in 0..groups {
                let channel = group * channels;
                let word = words[channel / 32] >> (channel % 32) & mask;
                let slot = pixel * groups + group;
                let base = channel % blocks.channels * step;
                // SAFETY: a slot holds an entry for each of 32 bits.
                slots.counts[slot] = unsafe {
                    list_bits(word, base as u16, step as u16, slots.entries.as_mut_ptr().add(slot * SLOT)) as u8
                };
            }
        }
        slots
    }

    /// Writes the entries of some groups at a pixel, moved by `offset`; returns how many.
    ///
    /// # Safety
    /// `to` has room for the spikes and a slot more.
    #[inline(always)]
    unsafe fn append(&self, pixel: usize, groups: std::ops::Range<usize>, offset: u16, to: *mut u16) -> usize {
        let mut written = 0;
        for group in groups {
            let slot = pixel * self.groups + group;
            let count = usize::from(self.counts[slot]);
            // SAFETY: a slot has SLOT entries, two steps; the rest is this function's contract.
            unsafe {
                let from = self.entries.as_ptr().add(slot * SLOT);
                let to = to.add(written);
                for index in 0..STEP {
                    *to.add(index) = (*from.add(index)).wrapping_add(offset);
                }
                if count > STEP {
                    for index in STEP..SLOT {
                        *to.add(index) = (*from.add(index)).wrapping_add(offset);
                    }
                }
            }
            written += count;
        }
        written
    }
}

/// Writes `base + i step` for each bit i of `word`; returns how many.
///
/// # Safety
/// `to` has room for as many entries as there are bits, and at least four.
#[inline(always)]
unsafe fn list_bits(mut word: u32, base: u16, step: u16, to: *mut u16) -> usize {
    let count = word.count_ones() as usize;
    // Four entries without asking: at usual rates few words have more, and a wrong guess of a branch costs more.
    for index in 0..4 {
        // SAFETY: room for four entries.
        unsafe { *to.add(index) = base.wrapping_add((word.trailing_zeros() as u16).wrapping_mul(step)) };
        word &= word.wrapping_sub(1);
    }
    let mut index = 4;
    while word != 0 {
        // SAFETY: the `index`-th of the bits.
        unsafe { *to.add(index) = base.wrapping_add((word.trailing_zeros() as u16).wrapping_mul(step)) };
        word &= word - 1;
        index += 1;
    }
    count
}
