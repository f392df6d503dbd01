use super::cells::{Grid, Tile};
use super::phase::Phase;
use crate::bit_matrix::BitMatrix;
use crate::geometry::Geometry;
use crate::spikes::words_of;

/// Where each input channel spiked in a tile: per channel and phase a list of offsets into the cells.
#[derive(Default)]
pub struct Events {
    offsets: Vec<u32>,
    /// `[channels, phases]` ends of lists.
    ends: Vec<u32>,
}

impl Events {
    pub fn of(geometry: &Geometry, grid: &Grid, phases: &[Phase], bits: &[u32], tile: &Tile) -> Self {
        let matrix = if geometry.is_linear() {
            BitMatrix::of_features(geometry, bits, tile.images.clone()).transposed()
        } else {
            BitMatrix::of_channels(geometry, bits, tile.images.clone(), tile.rows.clone())
        };
        let (cells, masks) = survey(geometry, grid, phases, tile);
        let words = words_of(matrix.columns);
        let mut events = Self::default();
        for channel in 0..matrix.rows {
            let row = matrix.row(channel);
            for phase in 0..phases.len() {
                let masks = &masks[phase * words..(phase + 1) * words];
                events.offsets.reserve(matrix.columns + 4);
                for (index, (&word, &mask)) in row.iter().zip(masks).enumerate() {
                    // SAFETY: room was reserved for every pixel and four more; there is a cell for every bit of every
                    // word and one more.
                    unsafe {
                        let to = events.offsets.as_mut_ptr().add(events.offsets.len());
                        let count = list_bits(word & mask, cells.as_ptr().add(index * 32), to);
                        events.offsets.set_len(events.offsets.len() + count);
                    }
                }
                events.ends.push(events.offsets.len() as u32);
            }
        }
        events
    }

    /// The list of one channel and phase out of `phases`.
    #[inline(always)]
    pub fn list(&self, channel: usize, phase: usize, phases: usize) -> &[u32] {
        let index = channel * phases + phase;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.offsets[start..self.ends[index] as usize]
    }
}

/// Of every pixel of a tile its cell's offset in floats; and `[phases, words]` of bits, which pixels are of which phase.
fn survey(geometry: &Geometry, grid: &Grid, phases: &[Phase], tile: &Tile) -> (Vec<u32>, Vec<u32>) {
    let Geometry { width, stride, padding, .. } = *geometry;
    let words = words_of(tile.images.len() * tile.rows.len() * width);
    let mut masks = vec![0; phases.len() * words];
    let mut cells = Vec::with_capacity(words * 32 + 1);
    for image in 0..tile.images.len() {
        for row in tile.rows.clone() {
            for column in 0..width {
                let remainders = ((row + padding) % stride, (column + padding) % stride);
                let bit = cells.len();
                if let Some(phase) = phases.iter().position(|phase| (phase.row, phase.column) == remainders) {
                    masks[phase * words + bit / 32] |= 1 << (bit % 32);
                }
                cells.push((grid.cell(geometry, tile, image, row, column) * grid.lanes) as u32);
            }
        }
    }
    cells.resize(words * 32 + 1, 0);
    (cells, masks)
}

/// Writes `cells[i]` for each bit i of `word`; returns how many.
///
/// # Safety
/// There are 33 cells, and `to` has room for as many entries as there are bits, and at least four.
#[inline(always)]
unsafe fn list_bits(mut word: u32, cells: *const u32, to: *mut u32) -> usize {
    let count = word.count_ones() as usize;
    // Four entries without asking: at usual rates few words have more, and a wrong guess of a branch costs more.
    for index in 0..4 {
        // SAFETY: room for four entries; the zeros that trail are at most 32.
        unsafe { *to.add(index) = *cells.add(word.trailing_zeros() as usize) };
        word &= word.wrapping_sub(1);
    }
    let mut index = 4;
    while word != 0 {
        // SAFETY: the `index`-th of the bits.
        unsafe { *to.add(index) = *cells.add(word.trailing_zeros() as usize) };
        word &= word - 1;
        index += 1;
    }
    count
}
