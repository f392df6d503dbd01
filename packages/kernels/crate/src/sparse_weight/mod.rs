//! Gradients at the connections alone: of each entry of the lists, the product of its piece of the input's tile with its
//! output's gradient, which stays in registers while the list is gone through.

mod conv;
mod dots;
mod linear;
#[cfg(target_arch = "x86_64")]
mod spiking;
mod sums;

use crate::connections::Connections;
use crate::sparse_forward::fill::Input;
use crate::sparse_forward::spike_words;
#[cfg(target_arch = "x86_64")]
use crate::sparse_forward::{correlation::Correlation, spiking::is_available, spiking::patches::Patches};

/// The gradient to the connections' values, from floats.
pub fn to_weights(connections: &Connections, images: usize, x: &[f32], upstream: &[f32], values: &mut [f32]) {
    assert_eq!(x.len(), images * connections.geometry().input_size(), "input");
    gradient(connections, images, Input::Floats(x), upstream, values);
}

/// The gradient to the connections' values, from spikes.
pub fn to_weights_from_spikes(
    connections: &Connections,
    images: usize,
    bits: &[u32],
    upstream: &[f32],
    values: &mut [f32],
) {
    assert_eq!(bits.len(), images * spike_words(connections.geometry()), "spikes");
    gradient(connections, images, Input::Spikes(bits), upstream, values);
}

fn gradient(of: &Connections, images: usize, input: Input, upstream: &[f32], values: &mut [f32]) {
    assert_eq!(upstream.len(), images * of.geometry().output_size(), "gradient to the output");
    assert_eq!(values.len(), of.count(), "values of connections");
    #[cfg(target_arch = "x86_64")]
    if let (Input::Spikes(bits), true) = (input, is_available()) {
        if of.geometry().is_linear() {
            return spiking::linear(of, images, bits, upstream, values);
        }
        if let Some(patches) = Patches::new(Correlation::forward(of.geometry()), images) {
            return spiking::conv(of, &patches, images, bits, upstream, values);
        }
    }
    let lists = of.forward_lists();
    match &lists.layout {
        Some(layout) => conv::gradient(of, lists, layout, images, input, upstream, values),
        None => linear::gradient(of, lists, images, input, upstream, values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connections::oracle::{Case, assert_close, geometries, on_one_and_three_threads};
    use crate::vector::under_each_isa;

    #[test]
    fn gradients_are_those_of_plain_loops() {
        for geometry in geometries() {
            for (density, rate) in
                [(0.0, None), (0.05, None), (1.0, None), (0.05, Some(0.1)), (0.4, Some(1.0)), (1.0, Some(0.3))]
            {
                let case = Case::new(geometry, density, rate);
                let (connections, bits) = (case.connections(), case.bits());
                let [.., expected] = case.expected();
                let expected: Vec<f64> = connections.index().iter().map(|&i| expected[i as usize]).collect();
                under_each_isa(|isa| {
                    let [one, three] = on_one_and_three_threads(|| {
                        let mut values = vec![f32::NAN; expected.len()];
                        if rate.is_some() {
                            to_weights_from_spikes(&connections, geometry.images, &bits, &case.upstream, &mut values);
                        } else {
                            to_weights(&connections, geometry.images, &case.x, &case.upstream, &mut values);
                        }
                        values
                    });
                    let what = format!("density {density}, rate {rate:?}, {geometry:?}, {isa:?}");
                    assert_close(&one, &expected, &what);
                    assert!(one == three, "threads, {what}");
                });
            }
        }
    }
}
