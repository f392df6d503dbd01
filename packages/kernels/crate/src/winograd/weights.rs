//! G g G^T of all kernels, in the order in which products read it.

use super::pass::Pass;
use super::tiles::PATCH;
use super::transform::of_weights;
use crate::gemm::tile::PANEL;
use crate::kernel;
use crate::transpose::transpose_body;
use crate::vector::Vector;
use std::ops::Range;

/// Channels whose taps are transposed together.
const GROUP: usize = 16;

kernel! {
    /// The panel of 32 output channels from `first` at the input channels `depth`: those of point p lie `stride` floats
    /// after those of point p - 1 as `[depth][32]`. Channels that there are not have weights 0.
    pub unsafe fn transform(pass: &Pass, weights: *const f32, first: usize, depth: Range<usize>, to: *mut f32, stride: usize) = transform_body
}

#[inline(always)]
unsafe fn transform_body<V: Vector>(
    pass: &Pass,
    weights: *const f32,
    first: usize,
    depth: Range<usize>,
    to: *mut f32,
    stride: usize,
) {
    for half in (0..PANEL).step_by(GROUP) {
        let channels = GROUP.min(pass.to.channels.saturating_sub(first + half));
        let mut taps = [0.0; 9 * GROUP];
        for (place, channel) in depth.clone().enumerate() {
            // SAFETY: `first + half` and `channel` are channels of the weights; `to` is the whole panel.
            unsafe {
                if channels > 0 {
                    let from = weights.add((first + half) * pass.weight_stride_out + channel * pass.weight_stride_in);
                    transpose_body::<V>(from, pass.weight_stride_out, channels, 9, taps.as_mut_ptr(), GROUP);
                }
                for lane in (0..GROUP).step_by(V::LANES) {
                    let tap = |y: usize, x: usize| {
                        let index = if pass.flipped { 8 - (y * 3 + x) } else { y * 3 + x };
                        taps.as_ptr().add(index * GROUP + lane)
                    };
                    let mut columns = [[V::zero(); PATCH]; 3];
                    for (x, column) in columns.iter_mut().enumerate() {
                        *column = of_weights([V::load(tap(0, x)), V::load(tap(1, x)), V::load(tap(2, x))]);
                    }
                    for y in 0..PATCH {
                        let row = of_weights([columns[0][y], columns[1][y], columns[2][y]]);
                        for (x, value) in row.into_iter().enumerate() {
                            value.store(to.add((y * PATCH + x) * stride + place * PANEL + half + lane));
                        }
                    }
                }
            }
        }
    }
}
