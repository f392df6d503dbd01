//! The gradient to dense weights from spikes: dW[o, c, tap] = sum of upstream[o] over where channel c spiked under the tap.
//!
//! A tile of input pixels is as large as the upstream under it fits into the first cache, in cells of 16 or more output
//! channels, with margins of zeros (`cells`). Of every input channel there is a list of the cells where it spiked
//! (`events`); the sums of all taps walk it in registers (`accumulate`). A part has output channels, input channels and
//! tiles of its own; where tiles are dealt to several parts, their sums are added up in order.

mod accumulate;
mod cells;
mod events;
mod phase;

use crate::geometry::Geometry;
use crate::parallel::{Shared, for_each};
use crate::scratch::with_scratch;
use crate::spike_forward::packed_length;
use crate::transpose::transpose;
use cells::Grid;
use events::{Events, Survey};
use phase::phases_of;
use rayon::prelude::*;

/// Floats of sums that a part keeps: within the second cache.
const SUMS: usize = 48 << 10;
/// Parts to aim at where the blocks of channels are few.
const PARTS: usize = 16;

/// Spikes `[images, channelsIn, height, width]` (or `[images, channelsIn]` of a linear layer), packed along the last axis;
/// upstream `[images, channelsOut, outHeight, outWidth]`; gradient `[channelsOut, channelsIn, kernel, kernel]`, overwritten.
///
/// Panics when a length does not fit the geometry.
pub fn spike_to_weights(geometry: &Geometry, bits: &[u32], upstream: &[f32], gradient: &mut [f32]) {
    geometry.check();
    assert_eq!(bits.len(), packed_length(geometry), "words of spikes");
    assert_eq!(upstream.len(), geometry.images * geometry.output_size(), "upstream");
    assert_eq!(gradient.len(), geometry.weight_size(), "gradient");
    let phases = phases_of(geometry);
    let grid = Grid::of(geometry);
    let survey = Survey::of(geometry, &grid, &phases);
    let list = |tile| Events::of(geometry, &survey, bits, tile);
    let events: Vec<Events> = grid.tiles.par_iter().map(list).collect();
    let taps = geometry.taps();
    // The taps in the order of their phases, in which sums lie: without those that only ever meet the padding.
    let order: Vec<usize> = phases.iter().flat_map(|phase| phase.taps.iter().map(|tap| tap.index)).collect();
    let columns = geometry.channels_out.div_ceil(grid.lanes);
    let block = (SUMS / (grid.lanes * order.len().max(1))).clamp(1, geometry.channels_in);
    let blocks = geometry.channels_in.div_ceil(block);
    let run = grid.tiles.len().div_ceil(PARTS.div_ceil(columns * blocks)).max(1);
    let runs = grid.tiles.len().div_ceil(run).max(1);
    let mut partial = vec![0.0; if runs > 1 { runs * gradient.len() } else { 0 }];
    let size = gradient.len();
    let result = Shared::new(if runs > 1 { &mut partial } else { &mut *gradient });
    let in_order = order.iter().copied().eq(0..taps);
    let sums = |taps: usize| block * taps * grid.lanes;
    let lengths = [
        grid.largest * grid.lanes,
        grid.outputs(geometry) * grid.lanes,
        sums(order.len()),
        if in_order { 0 } else { sums(taps) },
    ];
    let add_up = |part: usize, [cells, outputs, sums, ordered]: [&mut [f32]; 4]| {
        let (column, block_index, run_index) = (part / (blocks * runs), part / runs % blocks, part % runs);
        let first = column * grid.lanes;
        let lanes = grid.lanes.min(geometry.channels_out - first);
        let channels = block_index * block..((block_index + 1) * block).min(geometry.channels_in);
        sums.fill(0.0);
        for index in run_index * run..((run_index + 1) * run).min(grid.tiles.len()) {
            grid.fill(geometry, &grid.tiles[index], upstream, first, lanes, outputs, cells);
            accumulate::add(&events[index], &grid, &phases, channels.clone(), cells, sums);
        }
        let sums = if in_order { sums } else { put_in_order(sums, &order, taps, grid.lanes, ordered) };
        let (rows, row_length) = (channels.len() * taps, geometry.channels_in * taps);
        let start = run_index * size + first * row_length + channels.start * taps;
        // SAFETY: within the result, whose length was checked or made for it; only these channels' weights are written, which
        // no other part does. Their rows lie apart, so this is no piece: a slice over them would overlap others. The sums
        // have `rows` rows.
        unsafe { transpose(sums.as_ptr(), grid.lanes, rows, lanes, result.pointer().add(start), row_length) }
    };
    for_each(columns * blocks * runs, |part| with_scratch(lengths, |scratch| add_up(part, scratch)));
    if runs > 1 {
        sum_up(&partial, gradient);
    }
}

/// Moves the sums of each tap to the tap's own place; the places of other taps are 0.
fn put_in_order<'a>(sums: &[f32], order: &[usize], taps: usize, lanes: usize, ordered: &'a mut [f32]) -> &'a mut [f32] {
    ordered.fill(0.0);
    if !order.is_empty() {
        for (from, to) in sums.chunks_exact(order.len() * lanes).zip(ordered.chunks_exact_mut(taps * lanes)) {
            for (from, &tap) in from.chunks_exact(lanes).zip(order) {
                to[tap * lanes..(tap + 1) * lanes].copy_from_slice(from);
            }
        }
    }
    ordered
}

/// The sum of the partial gradients, one after another.
fn sum_up(partial: &[f32], gradient: &mut [f32]) {
    gradient.fill(0.0);
    for partial in partial.chunks_exact(gradient.len()) {
        for (total, part) in gradient.iter_mut().zip(partial) {
            *total += part;
        }
    }
}

#[cfg(test)]
mod tests;
