//! Layers whose cost falls with the number of connections: forward, and the gradient to the input, which is a correlation
//! with transposed lists.
//!
//! A tile of outputs stays in registers while the list of one output is gone through: each entry multiplies a piece of the
//! tile of input, which lies in cache, by one weight. Lists are split by blocks of input channels where the whole tile
//! would not fit. Spikes need no multiplication: with AVX-512 their bits mask additions (`spiking`).

mod conv;
mod copy;
pub mod correlation;
pub mod fill;
pub(crate) mod gather;
mod interleave;
pub mod layout;
pub(crate) mod linear;
pub(crate) mod parts;
#[cfg(target_arch = "x86_64")]
pub(crate) mod spiking;
pub mod tiling;

use crate::connections::Connections;
use crate::connections::lists::Lists;
use crate::geometry::Geometry;
use crate::spikes::words_of;
use fill::Input;
#[cfg(target_arch = "x86_64")]
use {correlation::Correlation, spiking::patches::Patches};

/// y = conv(x, W) for floats.
pub fn forward(connections: &Connections, images: usize, x: &[f32], y: &mut [f32]) {
    let g = connections.geometry();
    assert_eq!(x.len(), images * g.input_size(), "input");
    assert_eq!(y.len(), images * g.output_size(), "output");
    correlate(connections, connections.forward_lists(), g.channels_in, images, Input::Floats(x), y);
}

/// y = conv(x, W) for spikes.
pub fn forward_spikes(connections: &Connections, images: usize, bits: &[u32], y: &mut [f32]) {
    let g = connections.geometry();
    assert_eq!(bits.len(), images * spike_words(g), "spikes");
    assert_eq!(y.len(), images * g.output_size(), "output");
    #[cfg(target_arch = "x86_64")]
    if spiking::is_available() {
        if g.is_linear() {
            return spiking::linear(connections, images, bits, y);
        }
        if let Some(patches) = Patches::new(Correlation::forward(g), images) {
            return spiking::conv(connections, &patches, images, bits, y);
        }
    }
    correlate(connections, connections.forward_lists(), g.channels_in, images, Input::Spikes(bits), y);
}

/// The gradient to the input.
pub fn to_input(connections: &Connections, images: usize, upstream: &[f32], gradient: &mut [f32]) {
    let g = connections.geometry();
    assert_eq!(upstream.len(), images * g.output_size(), "gradient to the output");
    assert_eq!(gradient.len(), images * g.input_size(), "gradient to the input");
    let input = Input::Floats(upstream);
    correlate(connections, connections.transposed_lists(), g.channels_out, images, input, gradient);
}

/// Words of one image's spikes: rows of pixels, or of a linear layer's features.
pub fn spike_words(g: &Geometry) -> usize {
    if g.is_linear() { words_of(g.channels_in) } else { g.channels_in * g.height * words_of(g.width) }
}

fn correlate(of: &Connections, lists: &Lists, channels: usize, images: usize, input: Input, y: &mut [f32]) {
    let values = lists.values(of);
    match &lists.layout {
        Some(layout) => conv::correlate(lists, layout, values, channels, images, input, y),
        None => linear::multiply(lists, values, channels, images, input, y),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connections::oracle::{Case, assert_close, geometries, on_one_and_three_threads};
    use crate::vector::under_each_isa;

    /// Densities of the mask, and firing rates.
    const DENSITIES: [(f32, f32); 4] = [(0.0, 0.5), (0.05, 0.1), (0.4, 1.0), (1.0, 0.0)];

    #[test]
    fn forward_and_to_input_are_those_of_plain_loops() {
        for geometry in geometries() {
            for (density, _) in DENSITIES {
                let case = Case::new(geometry, density, None);
                let connections = case.connections();
                let [expected_y, expected_gradient, _] = case.expected();
                under_each_isa(|isa| {
                    let mut results = on_one_and_three_threads(|| {
                        let (mut y, mut gradient) = (vec![f32::NAN; expected_y.len()], vec![f32::NAN; case.x.len()]);
                        forward(&connections, geometry.images, &case.x, &mut y);
                        to_input(&connections, geometry.images, &case.upstream, &mut gradient);
                        (y, gradient)
                    })
                    .into_iter();
                    let (one, three) = (results.next().unwrap(), results.next().unwrap());
                    let what = format!("density {density}, {geometry:?}, {isa:?}");
                    assert_close(&one.0, &expected_y, &format!("forward, {what}"));
                    assert_close(&one.1, &expected_gradient, &format!("to input, {what}"));
                    assert!(one == three, "threads, {what}");
                });
            }
        }
    }

    #[test]
    fn spikes_are_ones() {
        for geometry in geometries() {
            for (density, rate) in DENSITIES {
                let case = Case::new(geometry, density, Some(rate));
                let (connections, bits) = (case.connections(), case.bits());
                let [expected, ..] = case.expected();
                under_each_isa(|isa| {
                    let [one, three] = on_one_and_three_threads(|| {
                        let mut y = vec![f32::NAN; expected.len()];
                        forward_spikes(&connections, geometry.images, &bits, &mut y);
                        y
                    });
                    let what = format!("density {density}, rate {rate}, {geometry:?}, {isa:?}");
                    assert_close(&one, &expected, &what);
                    assert!(one == three, "threads, {what}");
                });
            }
        }
    }

    #[test]
    fn weights_can_be_loaded_again() {
        for geometry in geometries().into_iter().take(6) {
            let case = Case::new(geometry, 0.3, None);
            let half: Vec<f32> = case.weights.iter().map(|w| w / 2.0).collect();
            under_each_isa(|_| {
                let mut connections = case.connections();
                let mut gradient = vec![0.0; case.x.len()];
                to_input(&connections, geometry.images, &case.upstream, &mut gradient);
                connections.load(&half);
                let mut halved = gradient.clone();
                to_input(&connections, geometry.images, &case.upstream, &mut halved);
                assert!(gradient.iter().zip(&halved).all(|(whole, half)| whole / 2.0 == *half));
            });
        }
    }

    #[test]
    fn images_may_be_more_or_fewer_than_at_first() {
        let geometry = geometries()[7];
        let case = Case::new(Geometry { images: 23, ..geometry }, 0.3, None);
        let mut connections = Connections::new(geometry, &case.mask);
        connections.load(&case.weights);
        let mut y = vec![0.0; case.upstream.len()];
        forward(&connections, 23, &case.x, &mut y);
        assert_close(&y, &case.expected()[0], "23 images");
    }

    #[test]
    #[should_panic]
    fn inputs_of_another_length_are_refused() {
        let case = Case::new(geometries()[0], 0.3, None);
        forward(&case.connections(), 2, &case.x, &mut case.upstream.clone());
    }
}
