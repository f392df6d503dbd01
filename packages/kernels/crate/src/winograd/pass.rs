//! One convolution of stride 1 by kernels of 3 x 3: the forward pass, or the one backward to the input.

use super::tiles::{PATCH, Tiling};
use super::{input, output, weights};
use crate::aligned::Aligned;
use crate::gemm::tile::{PANEL, multiply};
use crate::parallel::{Shared, for_each};
use crate::scratch::with_scratch;

/// Channels that are transformed together; a group of a product's depth.
pub const LANES: usize = 16;
/// Products per tile and pair of channels.
const POINTS: usize = PATCH * PATCH;

/// Transformed input of a part, in floats: with the rest it fits a second-level cache of 1 MiB.
const BLOCK: usize = 150_000;
/// Transformed weights that are held at once, in floats: they fit a third-level cache.
const WEIGHTS: usize = 2_500_000;
/// Parts that the work falls into at least, if there are as many.
const PARTS: usize = 24;

/// The extents of images.
pub struct Image {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
}

/// `to[o] = sum over i of correlate(from[i], kernel(o, i))`, the images of `from` padded (cropped, where negative).
pub struct Pass {
    pub images: usize,
    pub from: Image,
    pub to: Image,
    pub padding: isize,
    /// Floats from one output channel's kernels to the next one's, from one input channel's to the next one's.
    pub weight_stride_out: usize,
    pub weight_stride_in: usize,
    /// Whether kernels are turned by half a turn.
    pub flipped: bool,
}

impl Pass {
    pub fn run(&self, x: &[f32], weights: &[f32], y: &mut [f32]) {
        let panels = self.to.channels.div_ceil(PANEL);
        let panel = POINTS * self.from.channels * PANEL;
        let held = (WEIGHTS / panel).clamp(1, panels);
        let mut transformed = Aligned::zeros(held * panel);
        let y = Shared::new(y);
        for first in (0..panels).step_by(held) {
            let count = held.min(panels - first);
            let transformed = &mut transformed[..count * panel];
            self.transform_weights(weights, first, transformed);
            self.convolve(x, first, transformed, y);
        }
    }

    /// The weights of the panels of output channels from `first`: `[panel][36][channels in][32]`.
    fn transform_weights(&self, weights: &[f32], first: usize, to: &mut [f32]) {
        let panel = POINTS * self.from.channels * PANEL;
        let groups = self.from.channels.div_ceil(LANES);
        let count = to.len() / panel;
        let to = Shared::new(to);
        for_each(count * groups, |part| {
            let depth = part % groups * LANES..self.from.channels.min((part % groups + 1) * LANES);
            let channel = (first + part / groups) * PANEL;
            // SAFETY: the panel is within `to`, and parts write different channels of it.
            unsafe {
                let to = to.pointer().add(part / groups * panel);
                weights::transform(self, weights.as_ptr(), channel, depth, to);
            }
        });
    }

    /// The output channels of these panels.
    fn convolve(&self, x: &[f32], first_panel: usize, weights: &[f32], y: Shared<f32>) {
        let tiling = Tiling::new(self.to.height, self.to.width);
        let tiles = self.images * tiling.tiles_per_image();
        let groups = self.from.channels.div_ceil(LANES);
        let longest = (BLOCK / (POINTS * groups * LANES)).clamp(14, 64);
        let blocks = tiles.div_ceil(longest);
        let panel = POINTS * self.from.channels * PANEL;
        let panels = weights.len() / panel;
        // Few tiles: the panels are shared among parts, each of which transforms the tiles for itself.
        let shares = PARTS.div_ceil(blocks.max(1)).min(panels);
        for_each(blocks * shares, |part| {
            let (block, share) = (part / shares, part % shares);
            let range = tiles * block / blocks..tiles * (block + 1) / blocks;
            let count = range.len();
            let lengths =
                [POINTS * groups * count * LANES, POINTS * count * PANEL, input::SCRATCH.max(output::SCRATCH)];
            with_scratch(lengths, |[inputs, products, scratch]| {
                for group in 0..groups {
                    for strip in tiling.strips(range.clone()) {
                        // SAFETY: the strip's tiles are those of the images; `inputs` is [36][groups][count][16].
                        unsafe {
                            let to = inputs.as_mut_ptr().add(group * count * LANES);
                            input::transform(
                                &self.from,
                                x.as_ptr(),
                                self.padding,
                                strip,
                                group * LANES,
                                scratch.as_mut_ptr(),
                                to,
                                groups * count * LANES,
                            );
                        }
                    }
                }
                for at in panels * share / shares..panels * (share + 1) / shares {
                    for point in 0..POINTS {
                        // SAFETY: packed as `multiply` wants it; `products` is [36][count][32].
                        unsafe {
                            let left = inputs.as_ptr().add(point * groups * count * LANES);
                            let right = weights.as_ptr().add(at * panel + point * self.from.channels * PANEL);
                            let result = products.as_mut_ptr().add(point * count * PANEL);
                            multiply(count, self.from.channels, PANEL, left, right, result, PANEL, false);
                        }
                    }
                    for half in (0..PANEL).step_by(LANES) {
                        let channel = (first_panel + at) * PANEL + half;
                        if channel < self.to.channels {
                            for strip in tiling.strips(range.clone()) {
                                // SAFETY: parts write different tiles or channels.
                                unsafe {
                                    let from = products.as_ptr().add(half);
                                    output::transform(
                                        &self.to,
                                        y.pointer(),
                                        strip,
                                        channel,
                                        from,
                                        count * PANEL,
                                        scratch.as_mut_ptr(),
                                    );
                                }
                            }
                        }
                    }
                }
            });
        });
    }
}
