use super::fill::Input;
use super::gather::{Block, gather};
use super::parts;
use super::tiling::LANES;
use crate::connections::cells::Cells;
use crate::connections::lists::{Lists, UNITS};
use crate::parallel::for_each;
use crate::scratch::with_scratch;
use crate::spikes::words_of;
use crate::transpose::transpose;
use std::ops::Range;

/// Channels that one part of a panel's filling transposes.
const STRIP: usize = 256;

/// Lanes of a panel for so many rows, at most `most`.
pub fn lanes_of(rows: usize, most: usize) -> usize {
    rows.next_power_of_two().clamp(LANES, most)
}

/// Transposes rows of `[rows, channels]` into a panel `[channels, lanes]`.
pub fn fill_panel(input: Input, rows: Range<usize>, channels: usize, lanes: usize, panel: &mut [f32]) {
    assert_eq!(panel.len(), channels * lanes);
    assert!(rows.len() <= lanes);
    let cells = Cells::new(panel);
    for_each(channels.div_ceil(STRIP), |strip| {
        let strip = strip * STRIP..channels.min((strip + 1) * STRIP);
        // SAFETY: strips are disjoint rows of the panel.
        let panel =
            unsafe { std::slice::from_raw_parts_mut(cells.pointer().add(strip.start * lanes), strip.len() * lanes) };
        if rows.len() < lanes {
            panel.fill(0.0);
        }
        match input {
            Input::Floats(x) => {
                let x = &x[rows.start * channels..rows.end * channels];
                // SAFETY: the strip's columns of the group's rows, and a row of the panel for each.
                unsafe {
                    transpose(x[strip.start..].as_ptr(), channels, rows.len(), strip.len(), panel.as_mut_ptr(), lanes)
                };
            }
            Input::Spikes(bits) => {
                let words = words_of(channels);
                for (lane, row) in rows.clone().enumerate() {
                    for channel in strip.clone() {
                        let bit = bits[row * words + channel / 32] >> (channel % 32) & 1;
                        panel[(channel - strip.start) * lanes + lane] = bit as f32;
                    }
                }
            }
        }
    });
}

/// `y[row][output] = sum over the list of the output of value * input[row][channel]`.
pub fn multiply(lists: &Lists, values: &[f32], channels: usize, rows: usize, input: Input, y: &mut [f32]) {
    let lanes = lanes_of(rows, UNITS * LANES);
    let chunks = parts::of_outputs(lists.outputs, 1);
    let y = Cells::new(y);
    with_scratch([channels * lanes], |[panel]| {
        for from in (0..rows).step_by(lanes) {
            let group = from..rows.min(from + lanes);
            fill_panel(input, group.clone(), channels, lanes, panel);
            for_each(chunks.count, |part| {
                let outputs = chunks.range(part);
                with_scratch([outputs.len() * lanes], |[sums]| {
                    for b in 0..lists.blocks {
                        let block = Block {
                            tile: panel[b * lists.block * lanes..].as_ptr(),
                            pitch: lanes,
                            lanes,
                            bounds: &lists.bounds,
                            units: &lists.units,
                            values,
                            blocks: lists.blocks,
                            block: b,
                        };
                        // SAFETY: units are channels within their block, and `sums` has room for all outputs of this part.
                        unsafe { gather(block, outputs.clone(), sums.as_mut_ptr(), None) };
                    }
                    // SAFETY: a row of sums for each output, and no other part writes these outputs of the group's rows.
                    unsafe {
                        let y = y.pointer().add(group.start * lists.outputs + outputs.start);
                        transpose(sums.as_ptr(), lanes, outputs.len(), group.len(), y, lists.outputs);
                    }
                });
            });
        }
    });
}
