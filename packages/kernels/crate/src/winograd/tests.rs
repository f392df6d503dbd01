use super::{forward, to_input};
use crate::geometry::Geometry;
use crate::naive::{Layer, difference, noise};
use crate::vector::under_each_isa;

/// A few times what is expected, relative to the largest value.
const CLOSE: f64 = 1e-5;

fn conv(images: usize, channels: (usize, usize), size: (usize, usize), padding: usize) -> Geometry {
    Geometry {
        images,
        channels_in: channels.0,
        height: size.0,
        width: size.1,
        channels_out: channels.1,
        kernel: 3,
        stride: 1,
        padding,
    }
}

#[test]
fn agrees_with_the_definition() {
    let mut geometries = vec![
        conv(1, (1, 1), (7, 5), 0),
        conv(3, (20, 33), (8, 8), 1),
        conv(2, (3, 16), (33, 7), 1),
        conv(2, (17, 5), (5, 38), 1),
        conv(30, (5, 64), (2, 2), 1),
        conv(30, (33, 9), (1, 1), 1),
        conv(0, (2, 2), (4, 4), 1),
    ];
    geometries.extend([0, 1, 2, 3, 5].map(|padding| conv(3, (4, 6), (6, 9), padding)));
    let layers: Vec<Layer> = geometries.into_iter().map(Layer::new).collect();
    under_each_isa(|isa| {
        for layer in &layers {
            let g = &layer.geometry;
            let (mut y, mut to_x) = (vec![f32::NAN; layer.upstream.len()], vec![f32::NAN; layer.x.len()]);
            forward(g, &layer.x, &layer.weights, &mut y);
            to_input(g, &layer.upstream, &layer.weights, &mut to_x);
            assert!(difference(&y, &layer.y) < CLOSE, "forward, {isa:?}, {g:?}");
            assert!(difference(&to_x, &layer.to_input) < CLOSE, "gradient to the input, {isa:?}, {g:?}");
        }
    });
}

/// Many channels, as in a network. The error is that of the transforms, not of the longer sums.
#[test]
fn errs_little_where_many_channels_are_summed() {
    let layer = Layer::new(conv(1, (256, 24), (12, 12), 1));
    let mut y = vec![0.0; layer.upstream.len()];
    under_each_isa(|isa| {
        forward(&layer.geometry, &layer.x, &layer.weights, &mut y);
        let error = difference(&y, &layer.y);
        assert!(error < 4e-6, "{isa:?}: {error}");
    });
}

#[test]
fn threads_do_not_change_a_bit() {
    let g = conv(7, (40, 100), (14, 14), 1);
    let (x, weights) = (noise(g.images * g.input_size(), 4), noise(g.weight_size(), 5));
    let run = |threads| {
        let mut y = vec![0.0; g.images * g.output_size()];
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| forward(&g, &x, &weights, &mut y));
        y
    };
    // Under the lock of tests that choose the instruction set, for another one rounds differently.
    under_each_isa(|isa| assert!(run(1) == run(3), "{isa:?}"));
}

#[test]
#[should_panic(expected = "3 x 3 with stride 1")]
fn refuses_other_kernels() {
    forward(&Geometry { stride: 2, ..conv(1, (1, 1), (4, 4), 1) }, &[0.0; 16], &[0.0; 9], &mut [0.0; 4]);
}
