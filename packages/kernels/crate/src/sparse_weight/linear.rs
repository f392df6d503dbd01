use super::dots::{Block, Upstream, dots};
use crate::connections::Connections;
use crate::connections::cells::Cells;
use crate::connections::lists::{Lists, UNITS};
use crate::parallel::for_each;
use crate::scratch::with_scratch;
use crate::sparse_forward::fill::Input;
use crate::sparse_forward::linear::{fill_panel, lanes_of};
use crate::sparse_forward::parts;
use crate::sparse_forward::tiling::{LANES, Span};

pub fn gradient(of: &Connections, lists: &Lists, rows: usize, input: Input, upstream: &[f32], values: &mut [f32]) {
    let g = of.geometry();
    let lanes = lanes_of(rows, UNITS * LANES);
    let chunks = parts::of_outputs(g.channels_out, 1);
    let spans = Span::in_line(lanes / LANES);
    values.fill(0.0);
    let values = Cells::new(values);
    with_scratch([g.channels_in * lanes, g.channels_out * lanes], |[panel, gradients]| {
        for from in (0..rows).step_by(lanes) {
            let group = from..rows.min(from + lanes);
            fill_panel(input, group.clone(), g.channels_in, lanes, panel);
            fill_panel(Input::Floats(upstream), group, g.channels_out, lanes, gradients);
            for_each(chunks.count, |part| {
                for b in 0..lists.blocks {
                    let block = Block {
                        tile: panel[b * lists.block * lanes..].as_ptr(),
                        pitch: lanes,
                        lanes,
                        bounds: &lists.bounds,
                        units: &lists.units,
                        blocks: lists.blocks,
                        block: b,
                    };
                    let upstream = Upstream { upstream: gradients.as_ptr(), plane: lanes, spans: &spans, side: 1 };
                    // SAFETY: units are channels within their block, spans within a row of the gradients, and each part has
                    // its own outputs and so its own connections.
                    unsafe { dots(block, chunks.range(part), upstream, values.pointer()) };
                }
            });
        }
    });
}
