use super::*;
use crate::spikes::pack;
use crate::vector::under_each_isa;

/// Numbers in [0, 1) that a seed fixes (Steele, Lea and Flood's SplitMix64).
pub fn random(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) >> 40) as f32 / (1 << 24) as f32
    }
}

/// Spikes of a rate as floats and packed.
pub fn spikes(geometry: &Geometry, rate: f32, random: &mut impl FnMut() -> f32) -> (Vec<f32>, Vec<u32>) {
    let values: Vec<f32> = (0..geometry.images * geometry.input_size()).map(|_| f32::from(random() < rate)).collect();
    let row = if geometry.is_linear() { geometry.channels_in } else { geometry.width };
    let mut bits = vec![0; packed_length(geometry)];
    pack(&values, row, &mut bits);
    (values, bits)
}

pub fn uniform(length: usize, random: &mut impl FnMut() -> f32) -> Vec<f32> {
    (0..length).map(|_| random() - 0.5).collect()
}

/// Calls with (input, weight, output) indices of every product of the convolution.
pub fn products(geometry: &Geometry, mut product: impl FnMut(usize, usize, usize)) {
    let Geometry { images, channels_in, height, width, channels_out, kernel, stride, padding } = *geometry;
    let (out_height, out_width) = (geometry.out_height(), geometry.out_width());
    for image in 0..images {
        for out in 0..channels_out {
            for (y, x) in (0..out_height).flat_map(|y| (0..out_width).map(move |x| (y, x))) {
                for channel in 0..channels_in {
                    for (ky, kx) in (0..kernel).flat_map(|y| (0..kernel).map(move |x| (y, x))) {
                        let (row, column) = (y * stride + ky, x * stride + kx);
                        if row < padding || row - padding >= height || column < padding || column - padding >= width {
                            continue;
                        }
                        product(
                            ((image * channels_in + channel) * height + row - padding) * width + column - padding,
                            ((out * channels_in + channel) * kernel + ky) * kernel + kx,
                            ((image * channels_out + out) * out_height + y) * out_width + x,
                        );
                    }
                }
            }
        }
    }
}

/// Geometries small and odd, with tails in every extent, and one that needs several of everything.
pub const GEOMETRIES: [Geometry; 22] = {
    const fn of(extents: [usize; 8]) -> Geometry {
        let [images, channels_in, height, width, channels_out, kernel, stride, padding] = extents;
        Geometry { images, channels_in, height, width, channels_out, kernel, stride, padding }
    }
    [
        of([1, 1, 1, 1, 1, 1, 1, 0]),
        of([5, 70, 1, 1, 37, 1, 1, 0]),
        of([300, 600, 1, 1, 10, 1, 1, 0]),
        of([2, 3, 4, 1, 5, 3, 1, 1]),
        of([2, 33, 3, 3, 17, 3, 1, 1]),
        of([3, 8, 5, 7, 16, 3, 1, 0]),
        of([1, 40, 9, 33, 20, 3, 1, 1]),
        of([1, 2, 3, 300, 3, 3, 1, 1]),
        of([1, 4, 40, 31, 3, 5, 1, 2]),
        of([2, 5, 9, 11, 7, 7, 1, 3]),
        of([2, 3, 8, 8, 18, 7, 2, 3]),
        of([3, 20, 7, 9, 33, 3, 2, 1]),
        of([1, 6, 20, 40, 4, 3, 2, 0]),
        of([2, 50, 6, 5, 40, 1, 2, 0]),
        of([2, 300, 4, 6, 40, 1, 1, 0]),
        of([2, 3, 5, 5, 4, 1, 1, 2]),
        of([4, 64, 1, 1, 32, 3, 1, 1]),
        of([9, 33, 2, 2, 15, 3, 1, 1]),
        of([2, 3, 5, 4, 2, 2, 3, 1]),
        of([2, 3, 2, 3, 4, 3, 1, 4]),
        of([1, 2, 6, 6, 3, 4, 2, 5]),
        of([70, 2, 16, 16, 3, 3, 1, 1]),
    ]
};

#[test]
fn agrees_with_the_definition() {
    under_each_isa(|isa| {
        for (seed, geometry) in GEOMETRIES.iter().enumerate() {
            for rate in [0.0, 0.15, 1.0] {
                let mut random = random(seed as u64);
                let (x, bits) = spikes(geometry, rate, &mut random);
                let weights = uniform(geometry.weight_size(), &mut random);
                let mut expected = vec![0.0f64; geometry.images * geometry.output_size()];
                products(geometry, |input, weight, output| {
                    expected[output] += f64::from(x[input] * weights[weight]);
                });
                let mut y = vec![7.0; expected.len()];
                spike_forward(geometry, &bits, &weights, &mut y);
                for (index, (&found, &expected)) in y.iter().zip(&expected).enumerate() {
                    let close = (f64::from(found) - expected).abs() < 1e-4;
                    assert!(close, "{isa:?} {geometry:?} rate {rate}: y[{index}] = {found}, not {expected}");
                }
            }
        }
    });
}

#[test]
fn is_the_same_on_any_number_of_threads() {
    for geometry in &GEOMETRIES {
        let mut random = random(1);
        let (_, bits) = spikes(geometry, 0.3, &mut random);
        let weights = uniform(geometry.weight_size(), &mut random);
        let [one, three] = [1, 3].map(|threads| {
            let mut y = vec![0.0; geometry.images * geometry.output_size()];
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| spike_forward(geometry, &bits, &weights, &mut y));
            y
        });
        assert_eq!(one, three, "{geometry:?}");
    }
}

#[test]
#[should_panic(expected = "words of spikes")]
fn refuses_bits_of_another_length() {
    spike_forward(&GEOMETRIES[4], &[0; 3], &[0.0; 33 * 17 * 9], &mut [0.0; 2 * 17 * 9]);
}

#[test]
fn no_images_are_no_work() {
    let geometry = Geometry { images: 0, ..GEOMETRIES[4] };
    spike_forward(&geometry, &[], &[0.0; 33 * 17 * 9], &mut []);
}
