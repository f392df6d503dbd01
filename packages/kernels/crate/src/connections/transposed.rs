use super::Connections;
use super::lists::Lists;
use crate::parallel::{Shared, for_each};
use crate::sparse_forward::correlation::Correlation;
use std::ops::Range;

/// Outputs whose lists are made together: so many places to write to stay in the first cache.
const OUTPUTS: usize = 256;
/// Strips of input channels that there are at least, if there are so many channels.
const STRIPS: usize = 16;

impl Lists {
    /// The lists by input channel: the connections sorted by column, strip by strip of input channels, each strip going
    /// through all rows of the weights.
    pub fn transposed(of: &Connections) -> Self {
        let g = of.geometry;
        let correlation = Correlation::transposed(&g);
        let planes = correlation.interleave * correlation.interleave;
        let mut tap_planes = vec![0; g.taps()];
        let (mut lists, tap_units) = Self::empty(of, correlation, g.channels_out, g.channels_in * planes, |layout| {
            (0..g.taps())
                .map(|tap| {
                    let (a, i) = correlation.transposed_tap(&g, tap / g.kernel);
                    let (b, j) = correlation.transposed_tap(&g, tap % g.kernel);
                    tap_planes[tap] = a * correlation.interleave + b;
                    layout.tap_units[i * correlation.kernel + j]
                })
                .collect()
        });
        let (blocks, block, step, row) = (lists.blocks, lists.block, lists.channel_units(), g.channels_in * g.taps());
        // Of each column its output and its unit within its channel.
        let columns: Vec<(u32, u16)> = (0..row)
            .map(|column| (column / g.taps() * planes + tap_planes[column % g.taps()], tap_units[column % g.taps()]))
            .map(|(output, unit)| (output as u32, unit as u16))
            .collect();
        let strip = g.channels_in.div_ceil(STRIPS).min(OUTPUTS.div_ceil(planes));
        let strips = Strips::new(of, strip * g.taps());
        let strip_outputs = |s: usize| s * strip * planes..g.channels_in.min((s + 1) * strip) * planes;

        let mut starts = vec![0u32; lists.outputs + 1];
        let counts = Shared::new(&mut starts[1..]);
        for_each(strips.count, |s| {
            let outputs = strip_outputs(s);
            // SAFETY: strips have their own outputs.
            let counts = unsafe { counts.piece(outputs.start, outputs.len()) };
            for o in 0..g.channels_out {
                for &i in &of.index[strips.connections(o, s)] {
                    counts[columns[i as usize - o * row].0 as usize - outputs.start] += 1;
                }
            }
        });
        for output in 0..lists.outputs {
            starts[output + 1] += starts[output];
        }

        lists.bounds = vec![0; lists.outputs * (blocks + 1)];
        lists.units = vec![0; of.count()];
        lists.order = vec![0; of.count()];
        let bounds = Shared::new(&mut lists.bounds);
        let (units, order) = (Shared::new(&mut lists.units), Shared::new(&mut lists.order));
        for_each(strips.count, |s| {
            let outputs = strip_outputs(s);
            let from = starts[outputs.start] as usize;
            let length = starts[outputs.end] as usize - from;
            // SAFETY: strips have their own outputs, and those their own bounds and entries.
            let (bounds, units, order) = unsafe {
                let bounds = bounds.piece(outputs.start * (blocks + 1), outputs.len() * (blocks + 1));
                (bounds, units.piece(from, length), order.piece(from, length))
            };
            let mut free = starts[outputs.clone()].to_vec();
            // Entries come in the order of the blocks: where one begins, its bounds are what is free then.
            let mut mark = |b: usize, free: &[u32]| {
                for (bounds, free) in bounds.chunks_exact_mut(blocks + 1).zip(free) {
                    bounds[b] = *free;
                }
            };
            for o in 0..g.channels_out {
                if o.is_multiple_of(block) {
                    mark(o / block, &free);
                }
                for connection in strips.connections(o, s) {
                    let (output, unit) = columns[of.index[connection] as usize - o * row];
                    let free = &mut free[output as usize - outputs.start];
                    units[*free as usize - from] = (o % block * step) as u16 + unit;
                    order[*free as usize - from] = connection as u32;
                    *free += 1;
                }
            }
            mark(blocks, &free);
        });
        lists.values = vec![0.0; of.count()];
        lists.load(&of.values);
        lists
    }
}

/// The weights' rows cut into strips of columns.
struct Strips {
    count: usize,
    /// Where each strip of each row begins among the connections, and the end of the last: `[rows, count + 1]`.
    cuts: Vec<u32>,
}

impl Strips {
    fn new(of: &Connections, width: usize) -> Self {
        let row = of.geometry.channels_in * of.geometry.taps();
        let count = row.div_ceil(width);
        let mut cuts = vec![0; of.geometry.channels_out * (count + 1)];
        let shared = Shared::new(&mut cuts);
        for_each(of.geometry.channels_out, |o| {
            // SAFETY: rows do not overlap.
            let cuts = unsafe { shared.piece(o * (count + 1), count + 1) };
            let end = of.start[o + 1] as usize;
            let mut cut = of.start[o] as usize;
            for (s, to) in cuts.iter_mut().enumerate() {
                let column = o * row + (s * width).min(row);
                cut += of.index[cut..end].partition_point(|&i| (i as usize) < column);
                *to = cut as u32;
            }
        });
        Self { count, cuts }
    }

    fn connections(&self, row: usize, strip: usize) -> Range<usize> {
        let cut = row * (self.count + 1) + strip;
        self.cuts[cut] as usize..self.cuts[cut + 1] as usize
    }
}
