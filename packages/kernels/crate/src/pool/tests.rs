use super::*;
use crate::naive::noise;
use crate::spikes::pack;
use crate::vector::under_each_isa;

/// Every size, stride and padding on images around the width of a word, and the ways that are apart: halving, rows that join.
fn poolings() -> Vec<Pooling> {
    let mut poolings = vec![];
    for (height, width) in [(1, 1), (3, 5), (4, 8), (7, 31), (6, 32), (5, 33), (2, 64), (3, 70), (9, 130)] {
        for (size, stride, padding) in
            [(1, 1, 0), (2, 2, 0), (2, 1, 1), (3, 2, 1), (3, 1, 1), (3, 3, 0), (4, 3, 2), (2, 3, 0)]
        {
            let pooling = Pooling { planes: 3, height, width, size, stride, padding };
            if pooling.fault().is_none() {
                poolings.push(pooling);
            }
        }
    }
    // Several parts of several planes.
    poolings.push(Pooling { planes: 700, height: 8, width: 8, size: 2, stride: 2, padding: 0 });
    poolings.push(Pooling { planes: 5, height: 40, width: 600, size: 40, stride: 40, padding: 0 });
    poolings
}

/// Elements of every window, row by row.
fn windows(pooling: &Pooling) -> Vec<Vec<usize>> {
    let Pooling { planes, height, width, size, stride, padding } = *pooling;
    let inside = |output: usize, length: usize| {
        let taps = move |tap: usize| (output * stride + tap).checked_sub(padding).filter(|&at| at < length);
        (0..size).filter_map(taps).collect::<Vec<_>>()
    };
    let mut windows = vec![];
    for plane in 0..planes {
        for row in 0..pooling.out_height() {
            for column in 0..pooling.out_width() {
                let rows = inside(row, height);
                let place = |row: usize, column: usize| (plane * height + row) * width + column;
                let columns = inside(column, width);
                windows.push(rows.iter().flat_map(|&y| columns.iter().map(move |&x| place(y, x))).collect());
            }
        }
    }
    windows
}

fn first_maximum(x: &[f32], window: &[usize]) -> usize {
    window.iter().copied().reduce(|best, at| if x[at] > x[best] { at } else { best }).unwrap()
}

fn close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() <= 1e-5, "{what}: {found}, not {expected}");
    }
}

#[test]
fn the_maximum_and_its_gradient_are_those_of_every_window() {
    under_each_isa(|isa| {
        for pooling in poolings() {
            let what = format!("{pooling:?} on {isa:?}");
            // Values of few steps, so that many are equal, and of both signs.
            let x: Vec<f32> = noise(pooling.inputs(), 1).iter().map(|value| (value * 2.0).round()).collect();
            let upstream = noise(pooling.outputs(), 2);
            let mut expected = vec![0.0f64; x.len()];
            let windows = windows(&pooling);
            for (window, upstream) in windows.iter().zip(&upstream) {
                expected[first_maximum(&x, window)] += f64::from(*upstream);
            }
            let (mut y, mut gradient) = (vec![7.0; pooling.outputs()], vec![7.0; x.len()]);
            max_pool(&pooling, &x, &mut y);
            max_pool_backward(&pooling, &x, &upstream, &mut gradient);
            assert!(windows.iter().zip(&y).all(|(window, y)| x[first_maximum(&x, window)] == *y), "{what}");
            close(&gradient, &expected, &what);
        }
    });
}

#[test]
fn spikes_are_pooled_as_their_zeros_and_ones_are() {
    under_each_isa(|isa| {
        for pooling in poolings() {
            for rate in [0.0, 0.2, 1.0] {
                let what = format!("{pooling:?} at {rate} on {isa:?}");
                let spikes: Vec<f32> =
                    noise(pooling.inputs(), 3).iter().map(|v| f32::from(0.5 * v + 0.5 < rate)).collect();
                let upstream = noise(pooling.outputs(), 2);
                let mut bits = vec![0; pooling.input_words()];
                pack(&spikes, pooling.width, &mut bits);
                let mut expected = [vec![0.0; pooling.outputs()], vec![0.0; pooling.outputs()]];
                let mut to_input = vec![0.0f64; spikes.len()];
                for (output, window) in windows(&pooling).iter().enumerate() {
                    let first = first_maximum(&spikes, window);
                    to_input[first] += f64::from(upstream[output]);
                    expected[0][output] = spikes[first];
                    let sum: f32 = window.iter().map(|&at| spikes[at]).sum();
                    expected[1][output] = sum / (pooling.size * pooling.size) as f32;
                }
                let mut packed = vec![0; pooling.output_words()];
                pack(&expected[0], pooling.out_width(), &mut packed);
                let (mut out, mut mean) = (vec![7; pooling.output_words()], vec![7.0; pooling.outputs()]);
                let mut gradient = vec![7.0; spikes.len()];
                max_pool_spikes(&pooling, &bits, &mut out);
                average_pool_spikes(&pooling, &bits, &mut mean);
                max_pool_spikes_backward(&pooling, &bits, &upstream, &mut gradient);
                assert!(out == packed, "maximum, {what}");
                assert!(mean == expected[1], "mean, {what}");
                close(&gradient, &to_input, &what);
            }
        }
    });
}

#[test]
fn the_mean_and_its_gradient_are_those_of_every_window() {
    under_each_isa(|isa| {
        for pooling in poolings() {
            let (x, upstream) = (noise(pooling.inputs(), 1), noise(pooling.outputs(), 2));
            let area = (pooling.size * pooling.size) as f64;
            let mut expected = vec![];
            let mut to_input = vec![0.0f64; x.len()];
            for (window, upstream) in windows(&pooling).iter().zip(&upstream) {
                expected.push(window.iter().map(|&at| f64::from(x[at])).sum::<f64>() / area);
                window.iter().for_each(|&at| to_input[at] += f64::from(*upstream) / area);
            }
            let (mut y, mut gradient) = (vec![7.0; pooling.outputs()], vec![7.0; x.len()]);
            average_pool(&pooling, &x, &mut y);
            average_pool_backward(&pooling, &upstream, &mut gradient);
            close(&y, &expected, &format!("{pooling:?} on {isa:?}"));
            close(&gradient, &to_input, &format!("gradient of {pooling:?} on {isa:?}"));
        }
    });
}

#[test]
fn a_window_with_nan_is_nan_and_its_gradient_stays_within() {
    under_each_isa(|_| {
        let pooling = Pooling { planes: 1, height: 2, width: 4, size: 2, stride: 2, padding: 0 };
        let x = [1.0, f32::NAN, f32::NAN, -f32::NAN, 2.0, 3.0, f32::NAN, f32::NAN];
        let (mut y, mut gradient) = ([0.0; 2], [0.0; 8]);
        max_pool(&pooling, &x, &mut y);
        assert!(y.iter().all(|y| y.is_nan()));
        max_pool_backward(&pooling, &x, &[1.0, 1.0], &mut gradient);
        assert_eq!(gradient.iter().sum::<f32>(), 2.0);
    });
}

#[test]
fn windows_that_lie_in_the_padding_are_refused() {
    let pooling = Pooling { planes: 1, height: 4, width: 4, size: 2, stride: 2, padding: 0 };
    assert!(pooling.fault().is_none());
    for bad in [
        Pooling { padding: 2, ..pooling },
        Pooling { size: 5, ..pooling },
        Pooling { stride: 0, ..pooling },
        Pooling { width: 0, ..pooling },
    ] {
        assert!(bad.fault().is_some(), "{bad:?}");
    }
}
