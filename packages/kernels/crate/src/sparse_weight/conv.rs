use super::dots::{Block, Upstream, collect, dots};
use super::sums::Sums;
use crate::connections::Connections;
use crate::connections::lists::Lists;
use crate::scratch::with_scratch;
use crate::sparse_forward::fill::{Filling, Input};
use crate::sparse_forward::layout::Layout;
use crate::sparse_forward::tiling::{LANES, Span};

pub fn gradient(
    of: &Connections,
    lists: &Lists,
    layout: &Layout,
    images: usize,
    input: Input,
    upstream: &[f32],
    values: &mut [f32],
) {
    let g = of.geometry();
    let tiles = layout.tiling.tiles(images);
    Sums::new(of, tiles).add_up(values, |tiles, outputs, sums| {
        let mut filling = Filling::new(layout, input, images, g.channels_in);
        let block_size = lists.block.min(g.channels_in) * layout.channel_units * LANES;
        let lanes = layout.tiling.units * LANES;
        // Where images lie side by side, gradients are put together once for all blocks.
        let collected = if layout.tiling.side > 1 { outputs.len() * lanes } else { 0 };
        with_scratch([block_size, filling.lines(), collected], |[floats, lines, gradients]| {
            let (mut spans, in_line) = (Vec::new(), Span::in_line(layout.tiling.units));
            for tile in tiles.map(|tile| layout.tiling.tile(tile)) {
                filling.begin(tile, lines);
                layout.tiling.spans(tile, images, g.output_size(), &mut spans);
                let mut from = Upstream {
                    upstream: upstream.as_ptr(),
                    plane: g.out_height() * g.out_width(),
                    spans: &spans,
                    side: layout.tiling.side,
                };
                if collected > 0 {
                    // SAFETY: spans lie within the first channel of the tile's images by their making.
                    unsafe { collect(outputs.clone(), lanes, from, gradients.as_mut_ptr()) };
                    let first = gradients.as_ptr().wrapping_sub(outputs.start * lanes);
                    from = Upstream { upstream: first, plane: lanes, spans: &in_line, side: 1 };
                }
                for b in 0..lists.blocks {
                    let block = b * lists.block..g.channels_in.min((b + 1) * lists.block);
                    let floats = &mut floats[..block.len() * layout.channel_units * LANES];
                    filling.fill(block, lines, floats);
                    let block = Block {
                        tile: floats.as_ptr(),
                        pitch: LANES,
                        lanes,
                        bounds: &lists.bounds,
                        units: &lists.units,
                        blocks: lists.blocks,
                        block: b,
                    };
                    // SAFETY: units lie within their block's tile and spans within their output by their making; `sums`
                    // has a place for every connection.
                    unsafe { dots(block, outputs.clone(), from, sums.pointer()) };
                }
            }
        });
    });
}
