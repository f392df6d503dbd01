//! One convolution of stride 1 by kernels of 3 x 3: the forward pass, or the one backward to the input.

use super::block::{Block, SCRATCH};
use super::tiles::{PATCH, Tiling};
use super::weights;
use crate::aligned::Aligned;
use crate::gemm::tile::PANEL;
use crate::parallel::{Shared, for_each};
use crate::scratch::with_scratch;

/// Channels that are transformed together; a group of a product's depth.
pub const LANES: usize = 16;
/// Products per tile and pair of channels.
pub const POINTS: usize = PATCH * PATCH;

/// Transformed input of a part, in floats: with the rest it fits a second-level cache of 1 MiB.
const BLOCK: usize = 150_000;
/// Transformed weights that are held at once, in floats: they fit a third-level cache.
const WEIGHTS: usize = 2_500_000;
/// Parts that the work falls into at least, if there are as many.
const PARTS: usize = 16;

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
        let blocks = self.blocks();
        // Few blocks keep too few threads busy: then their transformed input is held, and each panel of each is a part.
        let held = (blocks.len() < PARTS).then(|| self.transform_inputs(x, &blocks));
        let panels = self.to.channels.div_ceil(PANEL);
        let panel = POINTS * self.from.channels * PANEL;
        let most = (WEIGHTS / panel).clamp(1, panels);
        let mut transformed = Aligned::zeros(most * panel);
        let y = Shared::new(y);
        for first in (0..panels).step_by(most) {
            let count = most.min(panels - first);
            self.transform_weights(weights, first, &mut transformed[..count * panel]);
            let shares = if held.is_some() { count } else { 1 };
            for_each(blocks.len() * shares, |part| {
                let block = &blocks[part / shares];
                let kept = if held.is_some() { 0 } else { block.input_length() };
                with_scratch([kept, block.product_length(), SCRATCH], |[input, products, scratch]| {
                    let input = match &held {
                        Some(inputs) => &inputs[part / shares],
                        None => {
                            for channel in (0..self.from.channels).step_by(LANES) {
                                // SAFETY: the buffer is this part's.
                                unsafe { block.transform_input(x, channel, input.as_mut_ptr(), scratch) };
                            }
                            &*input
                        }
                    };
                    for at in part % shares * count / shares..(part % shares + 1) * count / shares {
                        block.multiply(input, &transformed[at * panel..][..panel], products);
                        // SAFETY: parts write different tiles or channels.
                        unsafe { block.transform_output(products, (first + at) * PANEL, y, scratch) };
                    }
                });
            });
        }
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        let tiling = Tiling::new(self.to.height, self.to.width);
        let tiles = self.images * tiling.tiles_per_image();
        let longest = (BLOCK / (POINTS * self.from.channels.next_multiple_of(LANES))).clamp(14, 64);
        let blocks = tiles.div_ceil(longest);
        (0..blocks)
            .map(|block| Block::new(self, tiling, tiles * block / blocks..tiles * (block + 1) / blocks))
            .collect()
    }

    fn transform_inputs(&self, x: &[f32], blocks: &[Block<'_>]) -> Vec<Aligned> {
        let mut inputs: Vec<Aligned> = blocks.iter().map(|block| Aligned::zeros(block.input_length())).collect();
        let outputs: Vec<Shared<f32>> = inputs.iter_mut().map(|input| Shared::new(input)).collect();
        let groups = self.from.channels.div_ceil(LANES);
        for_each(blocks.len() * groups, |part| {
            let (block, channel) = (part / groups, part % groups * LANES);
            with_scratch([SCRATCH], |[scratch]| {
                // SAFETY: parts write different blocks or channels.
                unsafe { blocks[block].transform_input(x, channel, outputs[block].pointer(), scratch) };
            });
        });
        inputs
    }

    /// The weights of the panels of output channels from `first`: `[panel][36][channels in][32]`.
    fn transform_weights(&self, weights: &[f32], first: usize, to: &mut [f32]) {
        let panel = POINTS * self.from.channels * PANEL;
        let groups = self.from.channels.div_ceil(LANES);
        let count = to.len() / panel;
        let to = Shared::new(to);
        for_each(count * groups, |part| {
            let (at, depth) = (part / groups, part % groups * LANES);
            let depth = depth..self.from.channels.min(depth + LANES);
            let length = depth.len() * PANEL;
            // Points lie far apart in the panel: first gathered, then copied, each is one run of cache lines.
            let stride = length + LANES;
            with_scratch([POINTS * stride], |[gathered]| {
                let channel = (first + at) * PANEL;
                // SAFETY: the weights are of these channels, and `gathered` covers all points.
                unsafe {
                    weights::transform(self, weights.as_ptr(), channel, depth.clone(), gathered.as_mut_ptr(), stride)
                };
                for (point, values) in gathered.chunks_exact(stride).enumerate() {
                    let start = at * panel + (point * self.from.channels + depth.start) * PANEL;
                    // SAFETY: each part writes its own input channels of its own panel.
                    unsafe { to.piece(start, length) }.copy_from_slice(&values[..length]);
                }
            });
        });
    }
}
