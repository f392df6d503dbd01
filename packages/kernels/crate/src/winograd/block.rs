//! Tiles that are transformed, multiplied and transformed back while they are in the second-level cache.

use super::pass::{LANES, POINTS, Pass};
use super::tiles::{Strip, Tiling};
use super::{input, output};
use crate::gemm::tile::{PANEL, group_stride, multiply};
use crate::parallel::Shared;
use std::ops::Range;

/// Floats that the transforms need.
pub const SCRATCH: usize = if input::SCRATCH > output::SCRATCH { input::SCRATCH } else { output::SCRATCH };

pub struct Block<'a> {
    pass: &'a Pass,
    strips: Vec<Strip>,
    tiles: usize,
}

impl<'a> Block<'a> {
    pub fn new(pass: &'a Pass, tiling: Tiling, tiles: Range<usize>) -> Self {
        Self { pass, tiles: tiles.len(), strips: tiling.strips(tiles).collect() }
    }

    /// Floats of the transformed input `[36][channels in / 16][tiles | 1][16]`.
    pub fn input_length(&self) -> usize {
        POINTS * self.input_stride()
    }

    /// Floats of the products `[36][tiles | 1][32]`.
    pub fn product_length(&self) -> usize {
        POINTS * self.product_stride()
    }

    fn input_stride(&self) -> usize {
        self.pass.from.channels.div_ceil(LANES) * group_stride(self.tiles)
    }

    fn product_stride(&self) -> usize {
        (self.tiles | 1) * PANEL
    }

    /// Sixteen channels from `first`, a multiple of that.
    ///
    /// # Safety
    /// `to` is the block's transformed input, of which nothing else accesses these channels meanwhile.
    pub unsafe fn transform_input(&self, x: &[f32], first: usize, to: *mut f32, scratch: &mut [f32]) {
        let (from, padding, stride) = (&self.pass.from, self.pass.padding, self.input_stride());
        for strip in &self.strips {
            // SAFETY: the strips are of the images; the group lies within `to` by this function's contract.
            unsafe {
                let to = to.add(first / LANES * group_stride(self.tiles));
                input::transform(from, x.as_ptr(), padding, *strip, first, scratch.as_mut_ptr(), to, stride);
            }
        }
    }

    /// By a panel of transformed weights, `[36][channels in][32]`.
    pub fn multiply(&self, input: &[f32], panel: &[f32], products: &mut [f32]) {
        let depth = self.pass.from.channels;
        for point in 0..POINTS {
            let left = input[point * self.input_stride()..].as_ptr();
            let right = panel[point * depth * PANEL..].as_ptr();
            let result = products[point * self.product_stride()..].as_mut_ptr();
            // SAFETY: the factors lie as `multiply` wants them.
            unsafe { multiply(self.tiles, depth, PANEL, left, right, result, PANEL, false) };
        }
    }

    /// Writes the tiles of the channels from `first` on.
    ///
    /// # Safety
    /// Nothing else accesses them meanwhile.
    pub unsafe fn transform_output(&self, products: &[f32], first: usize, y: Shared<f32>, scratch: &mut [f32]) {
        let to = &self.pass.to;
        for channel in (first..to.channels.min(first + PANEL)).step_by(LANES) {
            let from = products[channel - first..].as_ptr();
            for strip in &self.strips {
                let stride = self.product_stride();
                // SAFETY: the strips are of the images, the buffers of the lengths above.
                unsafe { output::transform(to, y.pointer(), *strip, channel, from, stride, scratch.as_mut_ptr()) };
            }
        }
    }
}
