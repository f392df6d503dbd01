//! Dense layers on real-valued input, by Winograd's convolution where that is asked for and pays, else by products of
//! matrices.

pub use crate::gemm::to_weights;
use crate::geometry::Geometry;
use crate::{gemm, winograd};

/// y = conv(x, weights).
pub fn forward(g: &Geometry, winograd: bool, x: &[f32], weights: &[f32], y: &mut [f32]) {
    if winograd && winograd::pays(g) { winograd::forward(g, x, weights, y) } else { gemm::forward(g, x, weights, y) }
}

/// Gradient to the input, from that to the output.
pub fn to_input(g: &Geometry, winograd: bool, upstream: &[f32], weights: &[f32], gradient: &mut [f32]) {
    if winograd && winograd::pays(g) {
        winograd::to_input(g, upstream, weights, gradient);
    } else {
        gemm::to_input(g, upstream, weights, gradient);
    }
}
