use super::fill::{Input, fill};
use super::gather::{Block, Target, gather};
use super::layout::Layout;
use super::parts;
use super::scratch;
use super::tiling::{LANES, Tile};
use crate::connections::cells::Cells;
use crate::connections::lists::Lists;
use crate::parallel::for_each;

/// `y = correlation(input, connections)`; y `[images, outputs / interleave^2, whole height, whole width]`.
pub fn correlate(
    lists: &Lists,
    layout: &Layout,
    values: &[f32],
    channels: usize,
    images: usize,
    input: Input,
    y: &mut [f32],
) {
    let of = &lists.correlation;
    let planes = of.interleave * of.interleave;
    let out_channels = lists.outputs / planes;
    let plane = of.whole_height * of.whole_width;
    let tiles = layout.tiling.tiles(images);
    let chunks = parts::of_outputs(out_channels, tiles);
    let lanes = layout.tiling.units * LANES;
    let y = Cells::new(y);
    for_each(tiles * chunks.count, |part| {
        let tile = layout.tiling.tile(part / chunks.count);
        let channels_here = chunks.range(part % chunks.count);
        let outputs = channels_here.start * planes..channels_here.end * planes;
        scratch::with(|scratch| {
            let (mut copies, mut spans) = (Vec::new(), Vec::new());
            layout.copies(tile, images, channels, &mut copies);
            layout.tiling.spans(tile, images, out_channels * plane, &mut spans);
            let lines = scratch.lines.floats(layout.lines);
            lines.fill(0.0);
            let sums = scratch.sums.floats(outputs.len() * lanes);
            for b in 0..lists.blocks {
                let block = b * lists.block..channels.min((b + 1) * lists.block);
                let floats = scratch.tile.floats(block.len() * layout.channel_units * LANES);
                fill(layout, input, &copies, block, lines, floats);
                let block = Block {
                    tile: floats.as_ptr(),
                    pitch: LANES,
                    lanes,
                    bounds: &lists.bounds,
                    units: &lists.units,
                    values,
                    blocks: lists.blocks,
                    block: b,
                };
                let target = Target { y: y.pointer(), plane, spans: &spans, side: layout.tiling.side };
                let last = planes == 1 && b + 1 == lists.blocks;
                // SAFETY: units lie within their block's tile by their making; `sums` has room for all outputs of this
                // part; spans lie within the first channel of the tile's images, and no other part writes them.
                unsafe { gather(block, outputs.clone(), sums.as_mut_ptr(), last.then_some(target)) };
            }
            if planes > 1 {
                for (channel, sums) in channels_here.zip(sums.chunks_exact(planes * lanes)) {
                    // SAFETY: no other part writes the tile's outputs of this channel.
                    unsafe { interleave(layout, tile, images, out_channels, channel, sums, y.pointer()) };
                }
            }
        });
    });
}

/// Writes one channel of a tile, whose planes' sums are `[interleave, interleave, lanes]`.
unsafe fn interleave(
    layout: &Layout,
    tile: Tile,
    images: usize,
    channels: usize,
    channel: usize,
    sums: &[f32],
    y: *mut f32,
) {
    let tiling = &layout.tiling;
    let (step, height, width) =
        (tiling.correlation.interleave, tiling.correlation.whole_height, tiling.correlation.whole_width);
    for unit in 0..tiling.units {
        let Some((stack, _, row)) = tiling.unit(unit) else { break };
        for beside in 0..tiling.side {
            let image = tile.image + stack * tiling.side + beside;
            let (lane, column) = (unit * LANES + beside * tiling.pitch, tile.piece * LANES * step);
            let pitch = tiling.pitch.min(tiling.correlation.out_width - tile.piece * LANES);
            for a in 0..step {
                let row = (tile.row + row) * step + a;
                if image >= images || row >= height {
                    break;
                }
                let start = ((image * channels + channel) * height + row) * width;
                for b in 0..step {
                    let sums = &sums[(a * step + b) * tiling.units * LANES + lane..];
                    let columns = (column + b..width.min(column + pitch * step)).step_by(step);
                    for (column, sum) in columns.zip(sums) {
                        // SAFETY: within the row of an image that there is.
                        unsafe { *y.add(start + column) = *sum };
                    }
                }
            }
        }
    }
}
