use super::cells::{Grid, Tile};
use super::phase::Phase;
use crate::bit_matrix::BitMatrix;
use crate::geometry::Geometry;
use crate::kernel;
use crate::spikes::words_of;
use crate::vector::Vector;
use std::ops::Range;

/// Where each input channel spiked in a tile: per channel and phase a list of offsets into the cells.
pub struct Events {
    phases: usize,
    offsets: Vec<u32>,
    /// `[channels, phases]` where lists begin, and where the last one ends.
    bounds: Vec<u32>,
}

impl Events {
    pub fn of(geometry: &Geometry, survey: &Survey, bits: &[u32], tile: &Tile) -> Self {
        let spikes = if geometry.is_linear() {
            BitMatrix::of_features(geometry, bits, tile.images.clone()).transposed()
        } else {
            BitMatrix::of_channels(geometry, bits, tile.images.clone(), tile.rows.clone())
        };
        let phases = survey.masks.len();
        let mut offsets = Vec::with_capacity(spikes.count() + UNASKED);
        let mut bounds = vec![0; spikes.rows * phases + 1];
        // SAFETY: there is room for every spike and a few more, and a bound for every list.
        unsafe {
            list(survey, &spikes, offsets.as_mut_ptr(), &mut bounds);
            offsets.set_len(bounds[spikes.rows * phases] as usize);
        }
        Self { phases, offsets, bounds }
    }

    /// From the first to after the last offset of one channel and phase.
    ///
    /// # Safety
    /// Both exist.
    #[inline(always)]
    pub unsafe fn list(&self, channel: usize, phase: usize) -> Range<*const u32> {
        let list = channel * self.phases + phase;
        debug_assert!(list + 1 < self.bounds.len());
        // SAFETY: a list lies between two bounds.
        unsafe {
            let bounds = self.bounds.as_ptr().add(list);
            self.offsets.as_ptr().add(*bounds as usize)..self.offsets.as_ptr().add(*bounds.add(1) as usize)
        }
    }
}

/// What the pixels of a tile have in common with those of all other tiles, of which none is larger than the first and all
/// begin in the same phase.
pub struct Survey {
    /// Of every pixel the offset of its cell in floats, filled up to whole words and one more.
    cells: Vec<u32>,
    /// Of every phase the bits of its pixels.
    masks: Vec<Vec<u32>>,
}

impl Survey {
    pub fn of(geometry: &Geometry, grid: &Grid, phases: &[Phase]) -> Self {
        let Geometry { width, stride, padding, .. } = *geometry;
        let Some(tile) = grid.tiles.first() else { return Self { cells: Vec::new(), masks: Vec::new() } };
        let words = words_of(tile.images.len() * tile.rows.len() * width);
        let mut survey = Self { cells: Vec::with_capacity(words * 32 + 1), masks: vec![vec![0; words]; phases.len()] };
        for image in 0..tile.images.len() {
            for row in tile.rows.clone() {
                for column in 0..width {
                    let remainders = ((row + padding) % stride, (column + padding) % stride);
                    let bit = survey.cells.len();
                    if let Some(phase) = phases.iter().position(|phase| (phase.row, phase.column) == remainders) {
                        survey.masks[phase][bit / 32] |= 1 << (bit % 32);
                    }
                    survey.cells.push((grid.cell(geometry, tile, image, row, column) * grid.lanes) as u32);
                }
            }
        }
        survey.cells.resize(words * 32 + 1, 0);
        survey
    }
}

kernel! {
    unsafe fn list(survey: &Survey, spikes: &BitMatrix, offsets: *mut u32, bounds: &mut [u32]) = body
}

#[inline(always)]
#[expect(clippy::extra_unused_type_parameters, reason = "compiled for each instruction set, though no floats are here")]
unsafe fn body<V: Vector>(survey: &Survey, spikes: &BitMatrix, offsets: *mut u32, bounds: &mut [u32]) {
    let phases = survey.masks.len();
    let mut end = 0;
    for channel in 0..spikes.rows {
        let row = spikes.row(channel);
        for (phase, masks) in survey.masks.iter().enumerate() {
            for (index, (&word, &mask)) in row.iter().zip(masks).enumerate() {
                // SAFETY: the caller's room; there is a cell for every bit of every word and one more.
                unsafe { end += list_bits(word & mask, survey.cells.as_ptr().add(index * 32), offsets.add(end)) };
            }
            bounds[channel * phases + phase + 1] = end as u32;
        }
    }
}

/// Entries that are written without asking: at usual rates few words have more, and a wrong guess of a branch costs more.
const UNASKED: usize = 4;

/// Writes `cells[i]` for each bit i of `word`; returns how many.
///
/// # Safety
/// There are 33 cells, and `to` has room for as many entries as there are bits, and at least four.
#[inline(always)]
unsafe fn list_bits(mut word: u32, cells: *const u32, to: *mut u32) -> usize {
    let count = word.count_ones() as usize;
    for index in 0..UNASKED {
        // SAFETY: room for four entries; the zeros that trail are at most 32.
        unsafe { *to.add(index) = *cells.add(word.trailing_zeros() as usize) };
        word &= word.wrapping_sub(1);
    }
    let mut index = UNASKED;
    while word != 0 {
        // SAFETY: the `index`-th of the bits.
        unsafe { *to.add(index) = *cells.add(word.trailing_zeros() as usize) };
        word &= word - 1;
        index += 1;
    }
    count
}
