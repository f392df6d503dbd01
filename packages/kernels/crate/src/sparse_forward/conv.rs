use super::fill::{Filling, Input};
use super::gather::{Block, Target, gather};
use super::interleave::interleave;
use super::layout::Layout;
use super::parts;
use super::tiling::LANES;
use crate::connections::cells::Cells;
use crate::connections::lists::Lists;
use crate::parallel::for_each;
use crate::scratch::with_scratch;

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
        // Sums that are not written to `y` at once.
        let kept = if lists.blocks > 1 || planes > 1 { outputs.len() * lanes } else { 0 };
        let mut filling = Filling::new(layout, input, images, channels);
        let block_size = lists.block.min(channels) * layout.channel_units * LANES;
        with_scratch([block_size, kept, filling.lines()], |[floats, sums, lines]| {
            filling.begin(tile, lines);
            let mut spans = Vec::new();
            layout.tiling.spans(tile, images, out_channels * plane, &mut spans);
            for b in 0..lists.blocks {
                let block = b * lists.block..channels.min((b + 1) * lists.block);
                let floats = &mut floats[..block.len() * layout.channel_units * LANES];
                filling.fill(block, lines, floats);
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
                    unsafe { interleave(&layout.tiling, tile, images, out_channels, channel, sums, y.pointer()) };
                }
            }
        });
    });
}
