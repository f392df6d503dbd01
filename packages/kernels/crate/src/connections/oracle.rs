//! What the kernels on connections are tested against: random layers, and the plain loops of a convolution in doubles.

use super::Connections;
use crate::geometry::Geometry;
use crate::spikes;

/// A layer with a random mask, weights (0 where there is no connection), input and output gradient.
pub struct Case {
    pub geometry: Geometry,
    pub mask: Vec<u32>,
    pub weights: Vec<f32>,
    pub x: Vec<f32>,
    pub upstream: Vec<f32>,
}

/// Numbers in [-1, 1) by a linear congruence (Knuth's MMIX).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    pub fn numbers(&mut self, length: usize) -> Vec<f32> {
        (0..length).map(|_| self.next()).collect()
    }

    /// Below `density` of 1.
    pub fn chance(&mut self, density: f32) -> bool {
        self.next() < 2.0 * density - 1.0
    }
}

impl Case {
    pub fn new(geometry: Geometry, density: f32, spiking: Option<f32>) -> Self {
        let mut random = Random::new(geometry.weight_size() as u64);
        let size = geometry.weight_size();
        let mut mask = vec![0u32; size.div_ceil(32)];
        for weight in 0..size {
            mask[weight / 32] |= u32::from(random.chance(density)) << (weight % 32);
        }
        let mut weights = random.numbers(size);
        for (at, weight) in weights.iter_mut().enumerate() {
            *weight *= (mask[at / 32] >> (at % 32) & 1) as f32;
        }
        let inputs = geometry.images * geometry.input_size();
        let x = match spiking {
            Some(rate) => (0..inputs).map(|_| f32::from(random.chance(rate))).collect(),
            None => random.numbers(inputs),
        };
        let upstream = random.numbers(geometry.images * geometry.output_size());
        Self { geometry, mask, weights, x, upstream }
    }

    /// The connections with the weights loaded.
    pub fn connections(&self) -> Connections {
        let mut connections = Connections::new(self.geometry, &self.mask);
        connections.load(&self.weights);
        connections
    }

    /// The input as bits.
    pub fn bits(&self) -> Vec<u32> {
        let row = if self.geometry.is_linear() { self.geometry.channels_in } else { self.geometry.width };
        let mut bits = vec![0; self.x.len() / row * spikes::words_of(row)];
        spikes::pack(&self.x, row, &mut bits);
        bits
    }

    /// Output, gradient to the input, and gradient to all weights.
    pub fn expected(&self) -> [Vec<f64>; 3] {
        let g = &self.geometry;
        let mut y = vec![0.0; self.upstream.len()];
        let mut to_input = vec![0.0; self.x.len()];
        let mut to_weights = vec![0.0; self.weights.len()];
        self.each_product(|weight, input, output| {
            y[output] += f64::from(self.weights[weight]) * f64::from(self.x[input]);
            to_input[input] += f64::from(self.weights[weight]) * f64::from(self.upstream[output]);
            to_weights[weight] += f64::from(self.x[input]) * f64::from(self.upstream[output]);
        });
        debug_assert_eq!(y.len(), g.images * g.output_size());
        [y, to_input, to_weights]
    }

    fn each_product(&self, mut product: impl FnMut(usize, usize, usize)) {
        let g = &self.geometry;
        let (out_height, out_width) = (g.out_height(), g.out_width());
        for image in 0..g.images {
            for (o, c) in (0..g.channels_out).flat_map(|o| (0..g.channels_in).map(move |c| (o, c))) {
                for (i, j) in (0..g.kernel).flat_map(|i| (0..g.kernel).map(move |j| (i, j))) {
                    let weight = ((o * g.channels_in + c) * g.kernel + i) * g.kernel + j;
                    for (row, column) in (0..out_height).flat_map(|row| (0..out_width).map(move |column| (row, column)))
                    {
                        let (y, x) = (row * g.stride + i, column * g.stride + j);
                        if y < g.padding || x < g.padding || y - g.padding >= g.height || x - g.padding >= g.width {
                            continue;
                        }
                        let input = ((image * g.channels_in + c) * g.height + y - g.padding) * g.width + x - g.padding;
                        product(weight, input, ((image * g.channels_out + o) * out_height + row) * out_width + column);
                    }
                }
            }
        }
    }
}

/// Geometries of all kinds that the kernels tell apart, small enough for plain loops.
pub fn geometries() -> Vec<Geometry> {
    let of = |images, channels_in, height, width, channels_out, kernel, stride, padding| Geometry {
        images,
        channels_in,
        height,
        width,
        channels_out,
        kernel,
        stride,
        padding,
    };
    vec![
        of(3, 5, 1, 1, 7, 1, 1, 0),
        of(130, 300, 1, 1, 33, 1, 1, 0),
        of(40, 70, 1, 1, 90, 1, 1, 0),
        of(1, 3, 32, 32, 17, 3, 1, 1),
        of(2, 20, 9, 33, 6, 3, 1, 1),
        of(5, 9, 16, 16, 20, 3, 1, 1),
        of(6, 9, 8, 8, 5, 3, 1, 1),
        of(9, 18, 4, 4, 19, 3, 1, 1),
        of(70, 10, 2, 2, 9, 3, 1, 1),
        of(37, 10, 1, 1, 9, 3, 1, 1),
        of(3, 4, 7, 7, 5, 5, 1, 2),
        of(2, 3, 13, 70, 4, 7, 1, 3),
        of(2, 3, 12, 15, 4, 3, 1, 0),
        of(2, 3, 20, 21, 4, 5, 1, 4),
        of(3, 4, 32, 32, 6, 3, 2, 1),
        of(3, 4, 16, 16, 6, 1, 2, 0),
        of(3, 4, 16, 16, 6, 1, 1, 0),
        of(5, 4, 7, 9, 6, 7, 2, 3),
        of(5, 4, 5, 3, 6, 3, 2, 1),
        of(2, 2, 40, 41, 3, 3, 3, 1),
        of(2, 2, 11, 9, 3, 2, 3, 0),
        of(2, 2, 6, 6, 3, 1, 1, 2),
        of(1, 1, 5, 5, 1, 5, 1, 0),
    ]
}

/// max |a - b| <= 1e-5 max(1, |b|)
pub fn assert_close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1.0f64, |scale, value| scale.max(value.abs()));
    for (at, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        assert!((f64::from(found) - expected).abs() <= 1e-5 * scale, "{what}: {found} at {at}, not {expected}");
    }
}

/// Runs `work` on one thread and on three.
pub fn on_one_and_three_threads<R: Send>(work: impl Fn() -> R + Sync) -> [R; 2] {
    [1, 3].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(&work))
}
