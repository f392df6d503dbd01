use super::layout::{Copy, Layout};
use super::tiling::LANES;
use crate::kernel;
use crate::spikes::words_of;
use crate::vector::Vector;
use std::ops::Range;

/// Input of a layer: floats, or spikes as bits, `[images, channels, height, width]`.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    Floats(&'a [f32]),
    Spikes(&'a [u32]),
}

/// Fills a tile with some channels: `copies` are those of its first channel (`Layout::copies`). `lines`, of the layout's
/// length, must be 0 wherever the copies write nothing.
pub fn fill(
    layout: &Layout,
    input: Input,
    copies: &[Copy],
    channels: Range<usize>,
    lines: &mut [f32],
    tile: &mut [f32],
) {
    assert_eq!(tile.len(), channels.len() * layout.channel_units * LANES);
    assert_eq!(lines.len(), layout.lines);
    for (channel, tile) in channels.zip(tile.chunks_exact_mut(layout.channel_units * LANES)) {
        // SAFETY: copies lie in the input and in the lines, sources in the lines, and the tile has a unit for each source.
        unsafe { fill_channel(layout, input, copies, channel, lines, tile.as_mut_ptr()) }
    }
}

kernel! {
    unsafe fn fill_channel(layout: &Layout, input: Input, copies: &[Copy], channel: usize, lines: &mut [f32], tile: *mut f32) = body
}

#[inline(always)]
unsafe fn body<V: Vector>(
    layout: &Layout,
    input: Input,
    copies: &[Copy],
    channel: usize,
    lines: &mut [f32],
    tile: *mut f32,
) {
    let of = &layout.tiling.correlation;
    let ahead = channel * of.height;
    match input {
        Input::Floats(x) => {
            for copy in copies {
                let from = (copy.row + ahead) * of.width + copy.column;
                let to = &mut lines[copy.to..copy.to + copy.count];
                if of.stride == 1 {
                    to.copy_from_slice(&x[from..from + copy.count]);
                } else {
                    for (to, x) in to.iter_mut().zip(x[from..].iter().step_by(of.stride)) {
                        *to = *x;
                    }
                }
            }
        }
        Input::Spikes(bits) => {
            let words = words_of(of.width);
            for copy in copies {
                let row = &bits[(copy.row + ahead) * words..][..words];
                for (i, to) in lines[copy.to..copy.to + copy.count].iter_mut().enumerate() {
                    let column = copy.column + i * of.stride;
                    *to = (row[column / 32] >> (column % 32) & 1) as f32;
                }
            }
        }
    }
    for (unit, source) in layout.sources.iter().enumerate() {
        for part in (0..LANES).step_by(V::LANES) {
            // SAFETY: the caller's contract.
            unsafe {
                let line = V::load(lines.as_ptr().add(source.at + part));
                V::select(source.lanes >> part, line, V::zero()).store(tile.add(unit * LANES + part));
            }
        }
    }
}
