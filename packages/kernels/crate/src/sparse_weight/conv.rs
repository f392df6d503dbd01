use super::dots::{Block, Upstream, dots};
use crate::connections::Connections;
use crate::connections::cells::Cells;
use crate::connections::lists::Lists;
use crate::parallel::{Shared, for_each};
use crate::sparse_forward::fill::{Input, fill};
use crate::sparse_forward::layout::Layout;
use crate::sparse_forward::parts::{self, Chunks};
use crate::sparse_forward::scratch;
use crate::sparse_forward::tiling::LANES;

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
    sum_over_tiles(of, tiles, values, |tiles, outputs, sums| {
        scratch::with(|scratch| {
            let (mut copies, mut spans) = (Vec::new(), Vec::new());
            let lines = scratch.lines.floats(layout.lines);
            for tile in tiles.map(|tile| layout.tiling.tile(tile)) {
                layout.copies(tile, images, g.channels_in, &mut copies);
                layout.tiling.spans(tile, images, g.output_size(), &mut spans);
                lines.fill(0.0);
                for b in 0..lists.blocks {
                    let block = b * lists.block..g.channels_in.min((b + 1) * lists.block);
                    let floats = scratch.tile.floats(block.len() * layout.channel_units * LANES);
                    fill(layout, input, &copies, block, lines, floats);
                    let block = Block {
                        tile: floats.as_ptr(),
                        pitch: LANES,
                        lanes: layout.tiling.units * LANES,
                        bounds: &lists.bounds,
                        units: &lists.units,
                        blocks: lists.blocks,
                        block: b,
                    };
                    let upstream = Upstream {
                        upstream: upstream.as_ptr(),
                        plane: g.out_height() * g.out_width(),
                        spans: &spans,
                        side: layout.tiling.side,
                    };
                    // SAFETY: units lie within their block's tile and spans within the first channel of the tile's
                    // images by their making; `sums` has a place for every connection.
                    unsafe { dots(block, outputs.clone(), upstream, sums) };
                }
            }
        });
    });
}

/// Calls `work` with ranges of tiles and of outputs, and where to add up the connections of those outputs. Every range of
/// tiles has sums of its own, as many as fit a bound that does not depend on the number of threads.
fn sum_over_tiles(
    of: &Connections,
    tiles: usize,
    values: &mut [f32],
    work: impl Fn(std::ops::Range<usize>, std::ops::Range<usize>, *mut f32) + Sync + Send,
) {
    const MOST: usize = 1 << 23;
    let count = of.count();
    let splits = Chunks::new(tiles, tiles.min(16).min(MOST / count.max(1)).max(1));
    let chunks = parts::of_outputs(of.geometry().channels_out, splits.count);
    values.fill(0.0);
    let mut others = vec![0.0; (splits.count - 1) * count];
    let (first, rest) = (Cells::new(values), Cells::new(&mut others));
    for_each(splits.count * chunks.count, |part| {
        let (split, chunk) = (part / chunks.count, part % chunks.count);
        let sums = if split == 0 { first.pointer() } else { rest.pointer().wrapping_add((split - 1) * count) };
        work(splits.range(split), chunks.range(chunk), sums);
    });
    let values = Shared::new(values);
    const PART: usize = 1 << 12;
    for_each(count.div_ceil(PART), |part| {
        let from = part * PART;
        // SAFETY: parts do not overlap.
        let values = unsafe { values.piece(from, PART.min(count - from)) };
        for sums in others.chunks_exact(count) {
            for (value, sum) in values.iter_mut().zip(&sums[from..]) {
                *value += sum;
            }
        }
    });
}
