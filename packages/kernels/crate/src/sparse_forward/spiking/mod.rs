//! Layers on spikes without multiplications: the bits of a piece of the input are the mask of an addition of AVX-512. The
//! tile, a bit per input and tap, is so small that all channels fit the cache, and lists need no blocks.

mod gather;
pub mod panel;
pub mod patches;

use super::gather::Target;
use super::linear::lanes_of;
use super::parts;
use super::tiling::{LANES, Span};
use crate::connections::Connections;
use crate::connections::cells::Cells;
use crate::parallel::{Shared, for_each};
use crate::scratch::with_scratch;
use crate::spikes::words_of;
use crate::transpose::transpose;
use crate::vector::{Isa, isa};
use patches::Patches;
use std::ops::Range;

/// Words of spikes that one part of a panel's filling transposes.
const STRIP: usize = 16;

/// The connections as a compressed sparse row matrix.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub row: usize,
    pub start: &'a [u32],
    pub index: &'a [u32],
    pub values: &'a [f32],
}

impl<'a> Rows<'a> {
    pub fn new(of: &'a Connections) -> Self {
        let row = of.geometry().channels_in * of.geometry().taps();
        Self { row, start: of.start(), index: of.index(), values: of.values() }
    }

    pub fn range(&self, output: usize) -> Range<usize> {
        self.start[output] as usize..self.start[output + 1] as usize
    }
}

/// Whether this instruction set can mask.
pub fn is_available() -> bool {
    isa() == Isa::Avx512
}

/// y = conv(spikes, W).
pub fn conv(of: &Connections, patches: &Patches, images: usize, bits: &[u32], y: &mut [f32]) {
    let g = of.geometry();
    let tiling = &patches.tiling;
    let tiles = tiling.tiles(images);
    let chunks = parts::of_outputs(g.channels_out, tiles);
    let y = Cells::new(y);
    for_each_tile(of, patches, images, bits, chunks.count > 1, |masks_of| {
        for_each(tiles * chunks.count, |part| {
            masks_of(part / chunks.count, &|masks| {
                let mut spans = Vec::new();
                tiling.spans(tiling.tile(part / chunks.count), images, g.output_size(), &mut spans);
                let plane = g.out_height() * g.out_width();
                let target = Target { y: y.pointer(), plane, spans: &spans, side: tiling.side };
                let outputs = chunks.range(part % chunks.count);
                // SAFETY: the tile has masks for every column; spans lie within the first channel of the tile's images,
                // and no other part writes these outputs.
                unsafe { gather::gather(masks.as_ptr(), tiling.units, Rows::new(of), outputs, target) };
            });
        });
    });
}

/// Gives `work` a function that calls another with the masks of a tile: filled for each such call in the thread's own
/// memory, or, where tiles are called for `repeatedly`, all of them once.
pub fn for_each_tile(
    of: &Connections,
    patches: &Patches,
    images: usize,
    bits: &[u32],
    repeatedly: bool,
    work: impl FnOnce(&(dyn Fn(usize, &dyn Fn(&[u16])) + Sync)),
) {
    let channels = of.geometry().channels_in;
    let size = (channels * patches.channel() + patches::SLACK).next_multiple_of(32);
    let fill = |tile: usize, lines: &mut [f32], masks: &mut [u16]| {
        let (tile, lines) = (patches.tiling.tile(tile), as_words(lines));
        // SAFETY: there is AVX-512.
        unsafe { patches.fill(bits, images, channels, tile, lines, masks) };
    };
    if !repeatedly {
        return work(&|tile, use_masks| {
            with_scratch([size / 2, patches.lines()], |[masks, lines]| {
                let masks = as_masks(masks);
                fill(tile, lines, masks);
                use_masks(masks);
            });
        });
    }
    let tiles = patches.tiling.tiles(images);
    with_scratch([tiles * size / 2], |[masks]| {
        let masks = as_masks(masks);
        let cells = Shared::new(masks);
        for_each(tiles, |tile| {
            // SAFETY: tiles do not overlap.
            let masks = unsafe { cells.piece(tile * size, size) };
            with_scratch([patches.lines()], |[lines]| fill(tile, lines, masks));
        });
        work(&|tile, use_masks| use_masks(&masks[tile * size..(tile + 1) * size]));
    });
}

/// y = spikes W^T, of `[rows, channels]`.
pub fn linear(of: &Connections, rows: usize, bits: &[u32], y: &mut [f32]) {
    let g = of.geometry();
    let chunks = parts::of_outputs(g.channels_out, 1);
    let y = Cells::new(y);
    for_each_panel(g.channels_in, rows, bits, |group, units, masks| {
        let lanes = units * LANES;
        let spans = Span::in_line(units);
        for_each(chunks.count, |part| {
            let outputs = chunks.range(part);
            with_scratch([outputs.len() * lanes], |[sums]| {
                let own = sums.as_mut_ptr().wrapping_sub(outputs.start * lanes);
                let target = Target { y: own, plane: lanes, spans: &spans, side: 1 };
                // SAFETY: the panel has masks for every channel, `sums` has room for these outputs, and no other part
                // writes them.
                unsafe {
                    gather::gather(masks.as_ptr(), units, Rows::new(of), outputs.clone(), target);
                    let y = y.pointer().add(group.start * g.channels_out + outputs.start);
                    transpose(sums.as_ptr(), lanes, outputs.len(), group.len(), y, g.channels_out);
                }
            });
        });
    });
}

/// Units of a panel of so many rows.
pub fn panel_units(rows: usize) -> usize {
    (lanes_of(rows, 16 * LANES) / LANES).max(4)
}

/// Calls `work` with the masks `[channels, units]` of one group of rows after another.
pub fn for_each_panel(channels: usize, rows: usize, bits: &[u32], mut work: impl FnMut(Range<usize>, usize, &[u16])) {
    let units = panel_units(rows);
    let words = words_of(channels);
    with_scratch([words * 16 * units], |[masks]| {
        let masks = as_masks(masks);
        for from in (0..rows).step_by(units * LANES) {
            let group = from..rows.min(from + units * LANES);
            let cells = Cells::new(masks);
            for_each(words.div_ceil(STRIP), |strip| {
                let strip = strip * STRIP..words.min((strip + 1) * STRIP);
                // SAFETY: there is AVX-512; strips are of different channels.
                unsafe {
                    let masks = cells.pointer().add(strip.start * 32 * units);
                    panel::fill_panel(bits, channels, group.clone(), strip, units, masks);
                }
            });
            work(group, units, masks);
        }
    });
}

/// Floats as twice as many masks of 16 lanes.
fn as_masks(floats: &mut [f32]) -> &mut [u16] {
    // SAFETY: any bits are masks, and a float is two of them.
    unsafe { std::slice::from_raw_parts_mut(floats.as_mut_ptr().cast(), floats.len() * 2) }
}

/// Floats as as many words.
fn as_words(floats: &mut [f32]) -> &mut [u32] {
    // SAFETY: any bits are a word, and a float is one.
    unsafe { std::slice::from_raw_parts_mut(floats.as_mut_ptr().cast(), floats.len()) }
}
