//! Pooling of `planes` images `[height, width]` by a square window: maximum and mean, of floats and of spikes.

// Bodies whose lanes the compiler makes name `V` for its instruction set alone.
#![allow(clippy::extra_unused_type_parameters)]

mod average;
mod max;
mod spikes;
#[cfg(test)]
mod tests;
mod window;

pub use average::{average_pool, average_pool_backward, average_pool_spikes};
pub use max::{max_pool, max_pool_backward};
pub use spikes::{max_pool_spikes, max_pool_spikes_backward};

use crate::spikes::words_of;

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

    /// Planes that are worth a part, and the parts of all.
    fn parts(&self) -> (usize, usize) {
        let planes = (32768 / (self.height * self.width).max(1)).max(1);
        (planes, self.planes.div_ceil(planes))
    }
}

/// Runs `plane` for every image, several of them to a part.
fn for_each_plane(pooling: &Pooling, plane: impl Fn(usize) + Sync + Send) {
    let (planes, parts) = pooling.parts();
    crate::parallel::for_each(parts, |part| {
        (part * planes..pooling.planes.min((part + 1) * planes)).for_each(&plane);
    });
}
