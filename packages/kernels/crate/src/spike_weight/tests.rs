use super::*;
use crate::spike_forward::tests::{GEOMETRIES, products, random, spikes, uniform};
use crate::vector::under_each_isa;

#[test]
fn agrees_with_the_definition() {
    under_each_isa(|isa| {
        for (seed, geometry) in GEOMETRIES.iter().enumerate() {
            for rate in [0.0, 0.15, 1.0] {
                let mut random = random(seed as u64);
                let (x, bits) = spikes(geometry, rate, &mut random);
                let upstream = uniform(geometry.images * geometry.output_size(), &mut random);
                let mut expected = vec![0.0f64; geometry.weight_size()];
                products(geometry, |input, weight, output| {
                    expected[weight] += f64::from(x[input] * upstream[output]);
                });
                let mut gradient = vec![7.0; expected.len()];
                spike_to_weights(geometry, &bits, &upstream, &mut gradient);
                for (index, (&found, &expected)) in gradient.iter().zip(&expected).enumerate() {
                    let close = (f64::from(found) - expected).abs() < 1e-3;
                    assert!(close, "{isa:?} {geometry:?} rate {rate}: [{index}] = {found}, not {expected}");
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
        let upstream = uniform(geometry.images * geometry.output_size(), &mut random);
        let [one, three] = [1, 3].map(|threads| {
            let mut gradient = vec![0.0; geometry.weight_size()];
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| spike_to_weights(geometry, &bits, &upstream, &mut gradient));
            gradient
        });
        assert_eq!(one, three, "{geometry:?}");
    }
}

#[test]
#[should_panic(expected = "upstream")]
fn refuses_an_upstream_of_another_length() {
    let bits = vec![0; packed_length(&GEOMETRIES[4])];
    spike_to_weights(&GEOMETRIES[4], &bits, &[0.0; 3], &mut [0.0; 33 * 17 * 9]);
}

#[test]
fn no_images_have_no_gradient() {
    let geometry = Geometry { images: 0, ..GEOMETRIES[4] };
    let mut gradient = [7.0; 33 * 17 * 9];
    spike_to_weights(&geometry, &[], &[], &mut gradient);
    assert!(gradient.iter().all(|&value| value == 0.0));
}
