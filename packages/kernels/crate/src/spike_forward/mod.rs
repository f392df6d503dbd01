//! Layers on spikes: y = W x costs one vector addition per spike of a patch and vector of output channels.
//!
//! The patches of all output pixels are lists of the weight rows to add up (`patches`, an im2col in sparse form). Rows lie in
//! panels of some output channels that about fit into the first cache (`panels`); a part adds all its patches for one such
//! block of channels (`gather`) in scratch `[pixel, lanes]`, and transposes the result into place (`tile`).

mod gather;
mod panels;
mod patches;
mod slots;
mod tile;

use crate::geometry::Geometry;
use crate::parallel::{Shared, for_each};
use crate::scratch::with_scratch;
use crate::spikes::words_of;
use panels::Panels;
use patches::Patches;
use rayon::prelude::*;
use tile::tiles_of;

/// Output pixels whose sums stay near while all panels pass.
const TILE_PIXELS: usize = 256;
/// Tiles whose patches are listed at once: a few MiB.
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
    let panels = Panels::of(geometry);
    let tiles = tiles_of(geometry, TILE_PIXELS);
    let largest = tiles.iter().map(|tile| tile.pixels(geometry)).max().unwrap_or(0);
    let y = Shared::new(y);
    let batch_tiles = BATCH_TILES.min(tiles.len()).max(1);
    let run = batch_tiles.div_ceil(PARTS.div_ceil(panels.columns()));
    // Where a run is one tile, every panel is needed once.
    let kept = if run == 1 { 1 } else { panels.count };
    let lengths = [kept * panels.size(), largest * panels.lanes];
    let mut lists: Vec<Patches> = Vec::new();
    lists.resize_with(batch_tiles, Patches::default);
    for batch in tiles.chunks(batch_tiles) {
        let pairs = lists.par_iter_mut().zip(batch);
        pairs.for_each(|(patches, tile)| patches.list(geometry, &panels, bits, tile));
        let runs = batch.len().div_ceil(run);
        let add_up = |part: usize, packed: &mut [f32], sums: &mut [f32]| {
            let (column, first) = (part / runs, part % runs * run);
            for (index, tile) in batch.iter().enumerate().skip(first).take(run) {
                let sums = &mut sums[..tile.pixels(geometry) * panels.lanes];
                for panel in 0..panels.count {
                    let packed = &mut packed[panel % kept * panels.size()..];
                    if index == first {
                        panels.pack(weights, column, panel, packed);
                    }
                    gather::add(lists[index].panel(panel), packed, panels.lanes, panel > 0, sums);
                }
                tile.store(geometry, sums, panels.lanes, panels.channels_out(column), y);
            }
        };
        for_each(panels.columns() * runs, |part| with_scratch(lengths, |[packed, sums]| add_up(part, packed, sums)));
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

#[cfg(test)]
pub mod tests;
