//! Layers on spikes: y = W x costs one vector addition per spike of a patch and 16 output channels.
//!
//! The patches of all output pixels are lists of the weight rows to add up (`patches`, an im2col in sparse form). Rows lie in
//! panels of 16 output channels that fit into the first cache; a part adds all its patches for one such block of channels
//! (`gather`) in scratch `[pixel, 16]`, and transposes the result into place.

mod block;
mod gather;
mod patches;
mod tile;

use crate::aligned::Aligned;
use crate::geometry::Geometry;
use crate::parallel::{Shared, for_each_with};
use crate::spikes::words_of;
use crate::transpose::transpose;
use block::Blocks;
use patches::Patches;
use rayon::prelude::*;
use tile::{Tile, tiles_of};

/// Output channels of a panel: a cache line of floats.
const LANES: usize = 16;
/// Output pixels whose sums stay in the first cache while all panels pass.
const TILE_PIXELS: usize = 256;
/// Tiles whose patches are listed at once, a few MiB of the last cache.
const BATCH_TILES: usize = 32;
/// Parts to aim at where there are few blocks of output channels.
const PARTS: usize = 16;

/// Spikes `[images, channelsIn, height, width]` (or `[images, channelsIn]` of a linear layer), packed along the last axis;
/// dense weights `[channelsOut, channelsIn, kernel, kernel]`; y `[images, channelsOut, outHeight, outWidth]`, overwritten.
///
/// Panics when a length does not fit the geometry.
pub fn spike_forward(geometry: &Geometry, bits: &[u32], weights: &[f32], y: &mut [f32]) {
    geometry.check();
    assert_eq!(bits.len(), packed_length(geometry), "words of spikes");
    assert_eq!(weights.len(), geometry.weight_size(), "weights");
    assert_eq!(y.len(), geometry.images * geometry.output_size(), "outputs");
    let blocks = Blocks::of(geometry);
    let tiles = tiles_of(geometry, TILE_PIXELS);
    let y = Shared::new(y);
    let mut listed: Vec<Patches> = Vec::new();
    for batch in tiles.chunks(BATCH_TILES) {
        listed.resize_with(batch.len(), Patches::default);
        let pairs = listed.par_iter_mut().zip(batch);
        pairs.for_each(|(patches, tile)| patches.list(geometry, &blocks, bits, tile));
        add_up(geometry, &blocks, batch, &listed, weights, y);
    }
}

/// Words of packed spikes that a geometry takes.
pub fn packed_length(geometry: &Geometry) -> usize {
    if geometry.is_linear() {
        geometry.images * words_of(geometry.channels_in)
    } else {
        geometry.images * geometry.channels_in * geometry.height * words_of(geometry.width)
    }
}

/// The outputs of some tiles, one part per block of output channels and run of tiles.
fn add_up(geometry: &Geometry, blocks: &Blocks, tiles: &[Tile], lists: &[Patches], weights: &[f32], y: Shared<f32>) {
    let rows = geometry.channels_in * geometry.taps();
    let columns = geometry.channels_out.div_ceil(LANES);
    let run = tiles.len().div_ceil(PARTS.div_ceil(columns));
    let runs = tiles.len().div_ceil(run);
    let largest = tiles.iter().map(|tile| tile.pixels(geometry)).max().unwrap_or(0);
    let scratch = || (Aligned::zeros(rows * LANES), Aligned::zeros(largest * LANES));
    for_each_with(columns * runs, scratch, |(panels, sums), part| {
        let (column, run_index) = (part / runs, part % runs);
        let first = column * LANES;
        let lanes = LANES.min(geometry.channels_out - first);
        if lanes < LANES {
            panels.fill(0.0);
        }
        // SAFETY: the weights of `lanes` output channels, and panels of `rows` rows.
        unsafe { transpose(weights[first * rows..].as_ptr(), rows, lanes, rows, panels.as_mut_ptr(), LANES) };
        for index in run_index * run..((run_index + 1) * run).min(tiles.len()) {
            let tile = &tiles[index];
            let sums = &mut sums[..tile.pixels(geometry) * LANES];
            sums.fill(0.0);
            for block in 0..blocks.count {
                let panel = &panels[blocks.first_row(block) * LANES..blocks.first_row(block + 1).min(rows) * LANES];
                gather::add(lists[index].block(block), panel, sums);
            }
            tile.store(geometry, sums, first, lanes, y);
        }
    });
}

#[cfg(test)]
pub mod tests;
