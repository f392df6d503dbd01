//! The definition of a convolution and of its gradients, in f64: what tests compare with.

use crate::geometry::Geometry;

/// A layer with some input, weights and gradient to the output, and what follows from them.
pub struct Layer {
    pub geometry: Geometry,
    pub x: Vec<f32>,
    pub weights: Vec<f32>,
    pub upstream: Vec<f32>,
    pub y: Vec<f64>,
    pub to_input: Vec<f64>,
    pub to_weights: Vec<f64>,
}

impl Layer {
    pub fn new(g: Geometry) -> Self {
        let x = noise(g.images * g.input_size(), 1);
        let weights = noise(g.weight_size(), 2);
        let upstream = noise(g.images * g.output_size(), 3);
        let mut y = vec![0.0; upstream.len()];
        let (mut to_input, mut to_weights) = (vec![0.0; x.len()], vec![0.0; weights.len()]);
        connections(&g, |i, w, o| {
            y[o] += f64::from(x[i]) * f64::from(weights[w]);
            to_input[i] += f64::from(upstream[o]) * f64::from(weights[w]);
            to_weights[w] += f64::from(upstream[o]) * f64::from(x[i]);
        });
        Self { geometry: g, x, weights, upstream, y, to_input, to_weights }
    }
}

/// Every (input, weight, output) that is a term of the convolution.
fn connections(g: &Geometry, mut term: impl FnMut(usize, usize, usize)) {
    let (height, width) = (g.out_height(), g.out_width());
    for image in 0..g.images {
        for (out, channel) in (0..g.channels_out).flat_map(|o| (0..g.channels_in).map(move |c| (o, c))) {
            for (oy, ox) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                for (ky, kx) in (0..g.kernel).flat_map(|y| (0..g.kernel).map(move |x| (y, x))) {
                    let (y, x) = (oy * g.stride + ky, ox * g.stride + kx);
                    let inside = |at: usize, size: usize| (g.padding..g.padding + size).contains(&at);
                    if inside(y, g.height) && inside(x, g.width) {
                        let pixel = (y - g.padding) * g.width + x - g.padding;
                        term(
                            (image * g.channels_in + channel) * g.height * g.width + pixel,
                            ((out * g.channels_in + channel) * g.kernel + ky) * g.kernel + kx,
                            ((image * g.channels_out + out) * height + oy) * width + ox,
                        );
                    }
                }
            }
        }
    }
}

/// Numbers between -1 and 1.
pub fn noise(length: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..length).map(|_| next()).collect()
}

/// The largest difference, relative to the largest value.
pub fn difference(got: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(got.len(), expected.len());
    let scale = expected.iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
    let off = got.iter().zip(expected).map(|(got, expected)| (f64::from(*got) - expected).abs());
    // Not `max`, which passes over NaN.
    let worst = off.fold(0.0, |worst, off| if off <= worst { worst } else { off });
    if worst == 0.0 { 0.0 } else { worst / scale }
}
