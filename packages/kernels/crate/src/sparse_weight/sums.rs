use crate::connections::Connections;
use crate::connections::cells::Cells;
use crate::parallel::{Shared, for_each};
use crate::scratch::with_scratch;
use crate::sparse_forward::parts::{self, Chunks};
use std::ops::Range;

/// Most ranges of tiles that have sums of their own, and most sums of all of them.
const RANGES: usize = 16;
const MOST: usize = 1 << 23;

/// Connections whose sums one part adds up.
const PART: usize = 1 << 12;

/// How tiles and outputs are cut into parts: every range of tiles has sums of its own, so that the order of additions does
/// not depend on the number of threads; chunks of outputs have connections of their own.
pub struct Sums {
    count: usize,
    tiles: Chunks,
    pub chunks: Chunks,
}

impl Sums {
    pub fn new(of: &Connections, tiles: usize) -> Self {
        let ranges = tiles.min(RANGES).min(MOST / of.count().max(1)).max(1);
        let chunks = parts::of_outputs(of.geometry().channels_out, ranges);
        Self { count: of.count(), tiles: Chunks::new(tiles, ranges), chunks }
    }

    /// Calls `work` with ranges of tiles and of outputs, and where to add to the sums of those outputs' connections.
    pub fn add_up(&self, values: &mut [f32], work: impl Fn(Range<usize>, Range<usize>, &Cells<f32>) + Sync + Send) {
        assert_eq!(values.len(), self.count);
        values.fill(0.0);
        with_scratch([(self.tiles.count - 1) * self.count], |[others]| {
            others.fill(0.0);
            let sums: Vec<Cells<f32>> = std::iter::once(&mut *values)
                .chain(others.chunks_exact_mut(self.count.max(1)))
                .map(Cells::new)
                .collect();
            for_each(self.tiles.count * self.chunks.count, |part| {
                let (range, chunk) = (part / self.chunks.count, part % self.chunks.count);
                if self.count > 0 {
                    work(self.tiles.range(range), self.chunks.range(chunk), &sums[range]);
                }
            });
            let values = Shared::new(values);
            for_each(self.count.div_ceil(PART), |part| {
                let from = part * PART;
                // SAFETY: parts do not overlap.
                let values = unsafe { values.piece(from, PART.min(self.count - from)) };
                for sums in others.chunks_exact(self.count) {
                    for (value, sum) in values.iter_mut().zip(&sums[from..]) {
                        *value += sum;
                    }
                }
            });
        });
    }
}
