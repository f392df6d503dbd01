//! Convolutions by kernels of 3 x 3 with a quarter of the multiplications: Winograd's F(4x4, 3x3).
//!
//! Tiles of 4 x 4 pixels of the output are `A^T [ (G g G^T) (B^T d B) ] A`, the product in brackets taken point by point
//! and summed over the input channels: for each of the 36 points a product of matrices [tiles x channels in] x [channels in
//! x channels out]. The error is about 3e-6 of the result's scale, against 3e-7 of `gemm`.

mod block;
mod input;
mod output;
mod pass;
#[cfg(test)]
mod tests;
mod tiles;
mod transform;
mod weights;

use crate::geometry::Geometry;
use pass::{Image, Pass};

/// Whether there is such a convolution.
pub fn applies(g: &Geometry) -> bool {
    g.kernel == 3 && g.stride == 1
}

/// Whether it is faster than the product of matrices: not where most of a tile lies outside of the image, nor where the
/// transforms outweigh what they save.
pub fn pays(g: &Geometry) -> bool {
    if !applies(g) {
        return false;
    }
    let (height, width) = (g.out_height(), g.out_width());
    let (inputs, outputs) = (g.channels_in, g.channels_out);
    let tiles = g.images * height.div_ceil(4) * width.div_ceil(4);
    // In multiplications; the constants are what transforms, and unfolding short rows, were measured to cost on a Zen 4.
    let transforms = 20 * tiles * (inputs + outputs) + 27 * inputs * outputs;
    36 * (tiles * inputs * outputs + transforms) < 9 * g.images * height * (width + 2) * inputs * outputs
}

/// y = conv(x, weights).
pub fn forward(g: &Geometry, x: &[f32], weights: &[f32], y: &mut [f32]) {
    check(g, x, weights, y);
    let pass = Pass {
        images: g.images,
        from: Image { channels: g.channels_in, height: g.height, width: g.width },
        to: Image { channels: g.channels_out, height: g.out_height(), width: g.out_width() },
        padding: g.padding as isize,
        weight_stride_out: g.channels_in * 9,
        weight_stride_in: 9,
        flipped: false,
    };
    pass.run(x, weights, y);
}

/// Gradient to the input, from that to the output.
pub fn to_input(g: &Geometry, upstream: &[f32], weights: &[f32], gradient: &mut [f32]) {
    check(g, gradient, weights, upstream);
    let pass = Pass {
        images: g.images,
        from: Image { channels: g.channels_out, height: g.out_height(), width: g.out_width() },
        to: Image { channels: g.channels_in, height: g.height, width: g.width },
        padding: 2 - g.padding as isize,
        weight_stride_out: 9,
        weight_stride_in: g.channels_in * 9,
        flipped: true,
    };
    pass.run(upstream, weights, gradient);
}

/// Panics unless there is such a convolution and the lengths are those of the geometry.
fn check(g: &Geometry, x: &[f32], weights: &[f32], y: &[f32]) {
    g.check();
    assert!(applies(g), "Winograd's convolution is of 3 x 3 with stride 1, not {g:?}");
    assert_eq!(x.len(), g.images * g.input_size(), "the input's length");
    assert_eq!(weights.len(), g.weight_size(), "the weights' length");
    assert_eq!(y.len(), g.images * g.output_size(), "the output's length");
}
