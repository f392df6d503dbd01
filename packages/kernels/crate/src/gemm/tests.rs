use super::{forward, to_input, to_weights};
use crate::geometry::Geometry;
use crate::naive::{Layer, difference, noise};
use crate::vector::under_each_isa;

/// Sums of up to a few thousand products in f32.
const CLOSE: f64 = 2e-6;

fn conv(
    images: usize,
    channels: (usize, usize),
    size: (usize, usize),
    kernel: usize,
    stride: usize,
    padding: usize,
) -> Geometry {
    Geometry {
        images,
        channels_in: channels.0,
        height: size.0,
        width: size.1,
        channels_out: channels.1,
        kernel,
        stride,
        padding,
    }
}

fn linear(examples: usize, inputs: usize, outputs: usize) -> Geometry {
    conv(examples, (inputs, outputs), (1, 1), 1, 1, 0)
}

fn geometries() -> Vec<Geometry> {
    let mut all = vec![
        linear(1, 1, 1),
        linear(1, 33, 7),
        linear(5, 100, 3),
        linear(8, 19, 40),
        linear(9, 300, 70),
        linear(64, 17, 33),
        linear(300, 5, 290),
        conv(2, (3, 5), (33, 7), 3, 1, 1),
        conv(3, (17, 33), (1, 3), 3, 1, 1),
        conv(20, (9, 16), (2, 2), 3, 1, 1),
        conv(20, (9, 16), (1, 1), 3, 1, 1),
        conv(9, (4, 40), (1, 1), 3, 2, 1),
        conv(4, (30, 20), (8, 8), 1, 1, 0),
        conv(3, (1, 1), (64, 64), 3, 1, 1),
        conv(1, (2, 3), (1, 1), 1, 3, 1),
    ];
    for kernel in [1, 3, 5, 7] {
        for stride in [1, 2, 3] {
            for padding in [0, kernel / 2, kernel] {
                all.push(conv(2, (3, 2), (9, 7), kernel, stride, padding));
            }
        }
    }
    all
}

#[test]
fn agrees_with_the_definition() {
    let layers: Vec<Layer> = geometries().into_iter().map(Layer::new).collect();
    under_each_isa(|isa| {
        for layer in &layers {
            let g = &layer.geometry;
            let mut y = vec![f32::NAN; layer.upstream.len()];
            let (mut to_x, mut to_w) = (vec![f32::NAN; layer.x.len()], vec![f32::NAN; layer.weights.len()]);
            forward(g, &layer.x, &layer.weights, &mut y);
            to_input(g, &layer.upstream, &layer.weights, &mut to_x);
            to_weights(g, &layer.x, &layer.upstream, &mut to_w);
            assert!(difference(&y, &layer.y) < CLOSE, "forward, {isa:?}, {g:?}");
            assert!(difference(&to_x, &layer.to_input) < CLOSE, "gradient to the input, {isa:?}, {g:?}");
            assert!(difference(&to_w, &layer.to_weights) < CLOSE, "gradient to the weights, {isa:?}, {g:?}");
        }
    });
}

/// Large enough to be cut into blocks of rows, columns and depth, and partial sums.
#[test]
fn threads_do_not_change_a_bit() {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    for g in [linear(70, 520, 530), conv(9, (40, 70), (20, 20), 3, 1, 1), conv(6, (3, 10), (40, 40), 3, 2, 1)] {
        let (x, weights) = (noise(g.images * g.input_size(), 4), noise(g.weight_size(), 5));
        let upstream = noise(g.images * g.output_size(), 6);
        let run = |threads| {
            let (mut y, mut to_x, mut to_w) = (upstream.clone(), x.clone(), weights.clone());
            pool(threads).install(|| {
                forward(&g, &x, &weights, &mut y);
                to_input(&g, &upstream, &weights, &mut to_x);
                to_weights(&g, &x, &upstream, &mut to_w);
            });
            (y, to_x, to_w)
        };
        // Under the lock of tests that choose the instruction set, for another one rounds differently.
        under_each_isa(|isa| assert!(run(1) == run(3), "{isa:?} {g:?}"));
    }
}

#[test]
fn refuses_wrong_lengths() {
    let g = conv(2, (3, 2), (5, 5), 3, 1, 1);
    let run = std::panic::catch_unwind(|| forward(&g, &[0.0; 150], &[0.0; 53], &mut [0.0; 100]));
    assert!(run.is_err());
}
