use super::*;
use crate::vector::under_each_isa;

/// Numbers in [0, 1) by a linear congruence.
fn numbers(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f32 / (1u64 << 24) as f32
    }
}

fn select(layers: &[Vec<f32>], s: usize, guess: i32) -> (Result<Bottom, Refusal>, Vec<Vec<u32>>) {
    let weights: Vec<&[f32]> = layers.iter().map(Vec::as_slice).collect();
    let mut masks: Vec<Vec<u32>> = layers.iter().map(|layer| vec![u32::MAX; words_of(layer.len())]).collect();
    let bottom = mask_bottom(&weights, s, &mut masks.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>(), guess);
    (bottom, masks)
}

/// By sorting.
fn sorted(layers: &[Vec<f32>], s: usize) -> (Bottom, Vec<Vec<u32>>) {
    let flat = layers.iter().enumerate().flat_map(|(layer, values)| {
        values.iter().enumerate().map(move |(at, value)| (value.abs().to_bits(), layer, at))
    });
    let mut order: Vec<_> = flat.collect();
    order.sort();
    let square = |&(bits, ..): &(u32, usize, usize)| f64::from(f32::from_bits(bits)).powi(2);
    let mut masks: Vec<Vec<u32>> = layers.iter().map(|layer| vec![0; words_of(layer.len())]).collect();
    for &(_, layer, at) in &order[s..] {
        masks[layer][at / 32] |= 1 << (at % 32);
    }
    let bottom = Bottom {
        energy: order[..s].iter().map(square).sum(),
        total: order.iter().map(square).sum(),
        next: order.get(s).map_or(f64::INFINITY, square),
        threshold: if s == 0 { -1 } else { order[s - 1].0 as i32 },
    };
    (bottom, masks)
}

fn assert_close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-12 * b.abs(), "{a} is not {b}");
}

fn assert_selects(layers: &[Vec<f32>], s: usize, guess: i32) {
    let (expected, expected_masks) = sorted(layers, s);
    let mut first = None;
    under_each_isa(|isa| {
        let (bottom, masks) = select(layers, s, guess);
        let bottom = bottom.unwrap();
        assert!(masks == expected_masks, "masks at s = {s}, guess {guess}, {isa:?}");
        assert_eq!((bottom.next, bottom.threshold), (expected.next, expected.threshold));
        assert_close(bottom.energy, expected.energy);
        assert_close(bottom.total, expected.total);
        assert_eq!(*first.get_or_insert(bottom), bottom, "{isa:?} sums otherwise");
    });
}

#[test]
fn selects_as_sorting_does() {
    let mut next = numbers(1);
    for lengths in [&[1][..], &[0, 3, 0], &[7, 33, 64], &[31, 32, 1025], &[5000, 1, 3000]] {
        let layers: Vec<Vec<f32>> = lengths.iter().map(|&n| (0..n).map(|_| next() - 0.5).collect()).collect();
        let count: usize = lengths.iter().sum();
        for s in [0, 1, count / 3, count / 2, count - 1, count] {
            for guess in [-1, 0, 0.25f32.to_bits() as i32, f32::MAX.to_bits() as i32] {
                assert_selects(&layers, s, guess);
            }
        }
    }
}

#[test]
fn ties_go_by_flat_index() {
    let mut next = numbers(2);
    // Many equal values of both signs, zeros of both signs among them, over words and layers.
    let mut layer = |n: usize| -> Vec<f32> { (0..n).map(|_| ((next() * 5.0).floor() - 2.0) * 0.5).collect() };
    let layers = [layer(70), layer(33), layer(200), vec![-0.0; 40]];
    for s in 0..=343 {
        assert_selects(&layers, s, 0.5f32.to_bits() as i32);
    }
}

#[test]
fn tiny_numbers_keep_their_order() {
    let layers = [(0..100u32).map(|i| f32::from_bits((i * 37 % 100) | (i & 1) << 31)).collect::<Vec<_>>()];
    for s in [0, 1, 50, 99, 100] {
        assert_selects(&layers, s, -1);
    }
}

#[test]
fn samples_and_histograms_find_the_same() {
    let mut next = numbers(3);
    let mut layer = |n: usize, scale: f32| -> Vec<f32> { (0..n).map(|_| (next() - 0.5) * scale).collect() };
    let smooth = vec![layer(100_000, 1.0), layer(33_333, 1e-3), layer(7, 1e9)];
    // So many equal ones that no bracket can hold them.
    let crowded = vec![vec![0.25; 90_000], layer(50_000, 1.0), vec![-0.25; 100_001]];
    for layers in [&smooth, &crowded] {
        let count: usize = layers.iter().map(Vec::len).sum();
        for s in [0, 1, 100, count / 10, count / 2, count - count / 10, count - 1, count] {
            let threshold = sorted(layers, s).0.threshold;
            for guess in [-1, threshold, threshold + 1000] {
                assert_selects(layers, s, guess);
            }
        }
    }
}

#[test]
fn neither_guess_nor_threads_change_a_bit() {
    let mut next = numbers(4);
    let layers: Vec<Vec<f32>> = [150_001, 70_000].map(|n| (0..n).map(|_| next() - 0.5).collect()).to_vec();
    let expected = select(&layers, 180_000, -1);
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for guess in [-1, 0, expected.0.unwrap().threshold, expected.0.unwrap().threshold + 60_000] {
            assert!(pool.install(|| select(&layers, 180_000, guess)) == expected);
        }
    }
}

#[test]
fn what_is_not_finite_is_refused() {
    under_each_isa(|_| {
        for bad in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for at in [0, 20, 39_999] {
                let mut layers = vec![vec![1.0; 10], vec![0.5; 40_000]];
                layers[1][at] = bad;
                for (s, guess) in [(0, -1), (5, -1), (20_000, 0.5f32.to_bits() as i32), (40_010, -1)] {
                    assert_eq!(select(&layers, s, guess).0, Err(Refusal::NotFinite { layer: 1 }));
                }
            }
        }
    });
    assert_eq!(select(&[vec![1.0; 3]], 4, -1).0, Err(Refusal::TooFew { s: 4, weights: 3 }));
}

#[test]
fn masked_weights_shrink() {
    let mut next = numbers(5);
    for length in [0, 1, 7, 32, 33, 1000, PART + 5] {
        let before: Vec<f32> = (0..length).map(|_| next() - 0.5).collect();
        let mask: Vec<u32> = (0..words_of(length)).map(|_| (next() * 4e9) as u32).collect();
        under_each_isa(|_| {
            let mut weights = before.clone();
            shrink_masked(&mut weights, &mask, 0.9);
            for (at, (&weight, &old)) in weights.iter().zip(&before).enumerate() {
                let kept = mask[at / 32] >> (at % 32) & 1 == 1;
                assert_eq!(weight, if kept { old } else { old * 0.9 });
            }
        });
    }
}

#[test]
fn regrown_bits_are_counted() {
    assert_eq!(count_regrown(&[0b1011, u32::MAX], &[0b0001, 0]), 2 + 32);
    assert_eq!(count_regrown(&[], &[]), 0);
    assert_eq!(count_regrown(&vec![3; 100_000], &vec![1; 100_000]), 100_000);
}

#[test]
fn columns_are_scaled_and_what_is_kept_is_summed() {
    let mut next = numbers(6);
    for (rows, columns) in [(1, 1), (3, 5), (7, 33), (2, PART + 3), (900, 100)] {
        let length = rows * columns;
        let x: Vec<f32> = (0..length).map(|_| next() - 0.5).collect();
        let factors: Vec<f32> = (0..columns).map(|_| next() * 3.0).collect();
        let mask: Vec<u32> = (0..words_of(length))
            .map(|word| (next() * 4e9) as u32 & super::tail::low_bits(length - 32 * word))
            .collect();
        let mut y = vec![0.0; length];
        scale_columns(&x, &factors, &mut y);
        let mut sum = 0.0;
        for at in 0..length {
            assert_eq!(y[at], x[at] * factors[at % columns]);
            if mask[at / 32] >> (at % 32) & 1 == 1 {
                sum += f64::from(factors[at % columns]);
            }
        }
        assert!((sum_kept(&mask, length, &factors) - sum).abs() <= 1e-12 * sum);
    }
}
