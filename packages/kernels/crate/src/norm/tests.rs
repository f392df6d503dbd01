use super::*;
use crate::naive::noise;
use crate::vector::under_each_isa;

/// Images, channels, elements of a channel: around the widths of vectors and of what is narrow, and parts of several rows.
const SHAPES: [(usize, usize, usize); 12] = [
    (1, 1, 1),
    (7, 3, 1),
    (33, 65, 1),
    (5, 2, 7),
    (4, 9, 15),
    (3, 5, 16),
    (2, 3, 17),
    (3, 4, 33),
    (2, 1, 1000),
    (9, 33, 49),
    (40, 64, 16),
    (50, 600, 2),
];

fn close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1e-3), "{what}: {found}, not {expected}");
    }
}

/// Elements of a channel, in double precision.
fn of_channel(x: &[f32], channels: usize, inner: usize, channel: usize) -> impl Iterator<Item = f64> + '_ {
    let mine = move |index: &usize| index / inner % channels == channel;
    (0..x.len()).filter(mine).map(|index| f64::from(x[index]))
}

#[test]
fn moments_are_mean_and_mean_square_about_it() {
    under_each_isa(|isa| {
        for (images, channels, inner) in SHAPES {
            // The mean is far from 0 in units of the deviation, and differs between channels.
            for offset in [0.0, 3.0, 1000.0] {
                let mut x = noise(images * channels * inner, 5);
                x.iter_mut().enumerate().for_each(|(at, x)| *x += offset * (1 + at / inner % channels) as f32);
                let (mut mean, mut variance) = (vec![7.0; channels], vec![7.0; channels]);
                moments(&x, channels, inner, &mut mean, &mut variance);
                let count = (images * inner) as f64;
                for channel in 0..channels {
                    let values = || of_channel(&x, channels, inner, channel);
                    let centre = values().sum::<f64>() / count;
                    let spread = values().map(|value| (value - centre).powi(2)).sum::<f64>() / count;
                    let what = format!("{images} x {channels} x {inner} about {offset} on {isa:?}");
                    close(&[mean[channel]], &[centre], 1e-7, &what);
                    close(&[variance[channel]], &[spread], 1e-6, &what);
                }
            }
        }
    });
}

#[test]
fn sums_are_those_of_every_channel() {
    under_each_isa(|isa| {
        for (images, channels, inner) in SHAPES {
            let (x, gradient) = (noise(images * channels * inner, 1), noise(images * channels * inner, 2));
            let mut sums = vec![7.0; 2 * channels];
            channel_sums(&x, &gradient, channels, inner, &mut sums);
            for channel in 0..channels {
                let values = || of_channel(&gradient, channels, inner, channel);
                let products = values().zip(of_channel(&x, channels, inner, channel)).map(|(g, x)| g * x);
                let expected = [values().sum(), products.sum()];
                let what = format!("{images} x {channels} x {inner} on {isa:?}");
                close(&[sums[channel], sums[channels + channel]], &expected, 1e-6, &what);
            }
        }
    });
}

#[test]
fn maps_are_those_of_every_channel_in_place_or_not() {
    under_each_isa(|isa| {
        for (images, channels, inner) in SHAPES {
            let (x, gradient) = (noise(images * channels * inner, 1), noise(images * channels * inner, 2));
            let [a, b, d] = [3, 4, 5].map(|seed| noise(channels, seed));
            let what = format!("{images} x {channels} x {inner} on {isa:?}");
            let channel = |at: usize| at / inner % channels;
            let expected: Vec<f32> = (0..x.len()).map(|at| a[channel(at)] * x[at] + d[channel(at)]).collect();
            let map = Affine { scale: &a, shift: &d, inner };
            let (mut y, mut same) = (vec![7.0; x.len()], x.clone());
            affine(Some(&x), &map, &mut y);
            affine(None, &map, &mut same);
            assert!(y == expected && same == expected, "affine {what}");
            let term = |at: usize| a[channel(at)] * gradient[at] + b[channel(at)] * x[at] + d[channel(at)];
            let expected: Vec<f32> = (0..x.len()).map(term).collect();
            let (mut out, mut same) = (vec![7.0; x.len()], gradient.clone());
            norm_backward(&x, Some(&gradient), inner, &a, &b, &d, &mut out);
            norm_backward(&x, None, inner, &a, &b, &d, &mut same);
            assert!(out == expected && same == expected, "norm_backward {what}");
        }
    });
}

#[test]
fn an_affine_map_is_spread_over_and_gathered_from_any_piece() {
    let (scale, shift) = (noise(5, 1), noise(5, 2));
    for inner in [1, 3] {
        let map = Affine { scale: &scale, shift: &shift, inner };
        for (from, length) in [(0, 30), (4, 17), (14, 1), (29, 31)] {
            let (mut scales, mut shifts) = (vec![0.0; length], vec![0.0; length]);
            map.spread(from, &mut scales, &mut shifts);
            let mut sums = [0.0; 5];
            map.gather(from, &scales, &mut sums);
            let mut expected = [0.0; 5];
            for at in 0..length {
                let channel = (from + at) / inner % 5;
                assert_eq!((scales[at], shifts[at]), (scale[channel], shift[channel]));
                expected[channel] += f64::from(scale[channel]);
            }
            close(&sums, &expected, 1e-12, "gathered");
        }
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let x = noise(300 * 40 * 20, 1);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        [20, 4].map(|inner| {
            let channels = 800 / inner;
            let (mut mean, mut variance, mut sums) =
                (vec![0.0; channels], vec![0.0; channels], vec![0.0; 2 * channels]);
            pool.install(|| {
                moments(&x, channels, inner, &mut mean, &mut variance);
                channel_sums(&x, &x, channels, inner, &mut sums);
            });
            (mean, variance, sums)
        })
    };
    under_each_isa(|_| assert!(run(1) == run(4)));
}
