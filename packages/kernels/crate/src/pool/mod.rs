//! Pooling of `planes` images `[height, width]` by a square window: maximum and mean, of floats and of spikes.

// Bodies whose lanes the compiler makes name `V` for its instruction set alone.
#![allow(clippy::extra_unused_type_parameters)]

mod average;
mod max;
mod max_spikes;
#[cfg(test)]
mod tests;
mod window;

pub use average::{average_pool, average_pool_backward, average_pool_spikes};
pub use max::{max_pool, max_pool_backward};
pub use max_spikes::{max_pool_spikes, max_pool_spikes_backward};

use crate::parallel::{Shared, for_each};
use crate::spikes::words_of;

/// Elements that are worth a part.
const PART: usize = 32768;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pooling {
    pub planes: usize,
    pub height: usize,
    pub width: usize,
    pub size: usize,
    pub stride: usize,
    /// Counts as nothing (maximum) or as zero (mean); less than `size`, so that no window lies within it.
    pub padding: usize,
}

impl Pooling {
    pub fn out_height(&self) -> usize {
        (self.height + 2 * self.padding - self.size) / self.stride + 1
    }

    pub fn out_width(&self) -> usize {
        (self.width + 2 * self.padding - self.size) / self.stride + 1
    }

    /// Elements of all images, before and after.
    pub fn inputs(&self) -> usize {
        self.planes * self.height * self.width
    }

    pub fn outputs(&self) -> usize {
        self.planes * self.out_height() * self.out_width()
    }

    /// Words of all images' bits, before and after.
    pub fn input_words(&self) -> usize {
        self.planes * self.height * words_of(self.width)
    }

    pub fn output_words(&self) -> usize {
        self.planes * self.out_height() * words_of(self.out_width())
    }

    /// Why there is no such pooling, if there is none.
    pub fn fault(&self) -> Option<String> {
        let empty = self.height == 0 || self.width == 0 || self.size == 0 || self.stride == 0;
        let fits = self.height.min(self.width) + 2 * self.padding >= self.size;
        (empty || self.padding >= self.size || !fits).then(|| format!("no window fits: {self:?}"))
    }
}

/// Runs `some(pooling of some planes, their inputs, their other inputs, their outputs)` for all planes, some at a time. Of
/// every array a plane has as many elements as the next.
fn for_some_planes<A: Sync, B: Sync, T: Send>(
    pooling: &Pooling,
    a: &[A],
    b: &[B],
    out: &mut [T],
    some: impl Fn(&Pooling, &[A], &[B], &mut [T]) + Sync + Send,
) {
    if pooling.planes == 0 {
        return;
    }
    let [from, other, to] = [a.len(), b.len(), out.len()].map(|length| length / pooling.planes);
    let planes = PART.div_ceil(pooling.height * pooling.width);
    let out = Shared::new(out);
    for_each(pooling.planes.div_ceil(planes), |part| {
        let first = part * planes;
        let count = planes.min(pooling.planes - first);
        // SAFETY: `out` outlives the loop, and planes are disjoint.
        let out = unsafe { out.piece(first * to, count * to) };
        let (a, b) = (&a[first * from..][..count * from], &b[first * other..][..count * other]);
        some(&Pooling { planes: count, ..*pooling }, a, b, out);
    });
}
