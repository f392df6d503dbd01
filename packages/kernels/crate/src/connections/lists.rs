use super::Connections;
use crate::parallel::{Shared, for_each};
use crate::sparse_forward::correlation::Correlation;
use crate::sparse_forward::layout::Layout;
use crate::sparse_forward::tiling::{LANES, Tiling};

/// Units of a tile of floats: eight registers of AVX-512. Larger ones leave less cache for channels.
pub const UNITS: usize = 8;
const SIZES: [(usize, f64); 2] = [(UNITS, 1.0), (UNITS / 2, 0.9)];

/// Images that tiles are chosen for before their number is known.
const MANY: usize = 1 << 16;

/// Connections as offsets into a tile of floats, by output and, within that, by block of input channels: as many channels
/// as fit a cache. The forward direction has an output per output channel, its entries in the order of the connections;
/// the transposed one has `interleave`^2 outputs per input channel (see `Correlation`), its entries in the order of the
/// output channels.
pub struct Lists {
    pub correlation: Correlation,
    /// How the tiles lie; a linear layer has tiles `[channel][lanes]` instead.
    pub layout: Option<Layout>,
    pub outputs: usize,
    pub blocks: usize,
    /// Input channels of one block.
    pub block: usize,
    /// For each output where its entries of each block begin, and where those of the last end: `[outputs, blocks + 1]`.
    pub bounds: Vec<u32>,
    /// The entries' first units within the tile of their block; for a linear layer their channels within it.
    pub units: Vec<u16>,
    /// The connections behind the entries, and their values; both empty where entry `i` is connection `i`.
    pub(super) order: Vec<u32>,
    pub(super) values: Vec<f32>,
}

impl Lists {
    pub fn forward(of: &Connections) -> Self {
        let g = of.geometry;
        let correlation = Correlation::forward(&g);
        let tap_units = |layout: &Layout| layout.tap_units.clone();
        let (mut lists, tap_units) = Self::empty(of, correlation, g.channels_in, g.channels_out, tap_units);
        let (row, taps) = (g.channels_in * g.taps(), g.taps());
        let step = lists.channel_units();
        let units: Vec<u16> =
            (0..row).map(|column| (column / taps % lists.block * step + tap_units[column % taps]) as u16).collect();
        lists.bounds = vec![0; lists.outputs * (lists.blocks + 1)];
        lists.units = vec![0; of.count()];
        let (bounds, places) = (Shared::new(&mut lists.bounds), Shared::new(&mut lists.units));
        let (blocks, block) = (lists.blocks, lists.block);
        for_each(g.channels_out, |o| {
            let connections = of.start[o] as usize..of.start[o + 1] as usize;
            let index = &of.index[connections.clone()];
            // SAFETY: each output channel has its own bounds and its own entries.
            let (bounds, places) =
                unsafe { (bounds.piece(o * (blocks + 1), blocks + 1), places.piece(connections.start, index.len())) };
            for (b, bound) in bounds.iter_mut().enumerate() {
                let column = (b * block).min(g.channels_in) * taps;
                *bound = (connections.start + index.partition_point(|&i| i as usize - o * row < column)) as u32;
            }
            for (place, &i) in places.iter_mut().zip(index) {
                *place = units[i as usize - o * row];
            }
        });
        lists
    }

    /// Takes the entries' values out of those of the connections.
    pub fn load(&mut self, values: &[f32]) {
        let (order, own) = (&self.order, Shared::new(&mut self.values));
        for_each(order.len().div_ceil(super::PART), |part| {
            let order = &order[part * super::PART..order.len().min((part + 1) * super::PART)];
            // SAFETY: parts do not overlap.
            let own = unsafe { own.piece(part * super::PART, order.len()) };
            for (own, &connection) in own.iter_mut().zip(order) {
                *own = values[connection as usize];
            }
        });
    }

    /// The values of the entries, given those of the connections.
    pub fn values<'a>(&'a self, of: &'a Connections) -> &'a [f32] {
        if self.order.is_empty() { &of.values } else { &self.values }
    }

    pub(super) fn channel_units(&self) -> usize {
        self.layout.as_ref().map_or(1, |layout| layout.channel_units)
    }

    /// The lists without their entries, and of each tap of the forward geometry its unit as `tap_units` has it.
    pub(super) fn empty(
        of: &Connections,
        correlation: Correlation,
        channels: usize,
        outputs: usize,
        tap_units: impl FnOnce(&Layout) -> Vec<usize>,
    ) -> (Self, Vec<usize>) {
        let layout = (!of.geometry.is_linear()).then(|| Layout::new(Tiling::best(correlation, MANY, &SIZES)));
        let channel_units = layout.as_ref().map_or(UNITS, |layout| layout.channel_units);
        let block = block_channels(channels, channel_units, of.count() as f64 / (channels * outputs) as f64);
        // Units must fit 16 bits.
        let block = block.min((1 << 16) / channel_units).max(1);
        let tap_units = layout.as_ref().map_or(vec![0], tap_units);
        let blocks = channels.div_ceil(block);
        let lists = Self {
            correlation,
            layout,
            outputs,
            blocks,
            block,
            bounds: Vec::new(),
            units: Vec::new(),
            order: Vec::new(),
            values: Vec::new(),
        };
        (lists, tap_units)
    }
}

/// Input channels of one block, given how many units a channel has in the tile and how many entries on average in the list
/// of an output. A model of what Zen 4 was measured to take per entry and unit, in cycles: 1.1 while the tile fits the
/// first cache, up to 0.85 more from the second; and per list 5.5 for fetching and storing sums and mispredicting its end.
fn block_channels(channels: usize, channel_units: usize, entries: f64) -> usize {
    let bytes = (channel_units * LANES * size_of::<f32>()) as f64;
    let cost = |block: usize| {
        let tile = block as f64 * bytes;
        1.1 + 0.85 * (1.0 - 48e3 / tile).max(0.0) + 5.5 / (block as f64 * entries)
    };
    let blocks = (1..=channels).take_while(|blocks| channels.div_ceil(*blocks) as f64 * bytes > 8e3 || *blocks == 1);
    let candidates = blocks.map(|blocks| channels.div_ceil(blocks)).filter(|block| *block as f64 * bytes < 640e3);
    candidates.min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap_or(((640e3 / bytes) as usize).max(1))
}
