use super::{NARROW, fault};
use crate::parallel::{Shared, for_each};
use crate::vector::Vector;

/// Parts that a reduction is cut into at most, and the elements that are worth a part.
const PARTS: usize = 64;
const PART: usize = 16384;
/// Rows of columns whose sums are kept in registers.
const ROWS: usize = 8;

/// Mean and biased variance of every channel. One pass: sums of x and of its square are taken around the channel's first
/// element, in float64, so that nothing is lost when the mean is large against the deviation. Panics on wrong lengths.
pub fn moments(x: &[f32], channels: usize, inner: usize, mean: &mut [f64], variance: &mut [f64]) {
    assert_eq!(fault(x.len(), channels, inner), None);
    assert_eq!((mean.len(), variance.len()), (channels, channels), "lengths of mean and variance");
    let count = (x.len() / channels) as f64;
    let around: Vec<f32> = (0..channels).map(|channel| x.get(channel * inner).copied().unwrap_or(0.0)).collect();
    let mut sums = vec![0.0; 2 * channels];
    sum_channels(Terms::Squares { x, around: &around }, channels, inner, &mut sums);
    for channel in 0..channels {
        let offset = sums[channel] / count;
        mean[channel] = f64::from(around[channel]) + offset;
        variance[channel] = (sums[channels + channel] / count - offset * offset).max(0.0);
    }
}

/// Per channel the sum of the gradient and of gradient times x, `[2, channels]`. Panics on wrong lengths.
pub fn channel_sums(x: &[f32], gradient: &[f32], channels: usize, inner: usize, sums: &mut [f64]) {
    assert_eq!(fault(x.len(), channels, inner), None);
    assert_eq!(gradient.len(), x.len(), "length of gradient");
    assert_eq!(sums.len(), 2 * channels, "length of sums");
    sum_channels(Terms::Products { x, gradient }, channels, inner, sums);
}

/// What is summed up: d and d d with d = x - around, or the gradient and gradient times x.
#[derive(Clone, Copy)]
enum Terms<'a> {
    Squares { x: &'a [f32], around: &'a [f32] },
    Products { x: &'a [f32], gradient: &'a [f32] },
}

impl Terms<'_> {
    fn length(&self) -> usize {
        match self {
            Self::Squares { x, .. } | Self::Products { x, .. } => x.len(),
        }
    }
}

fn sum_channels(terms: Terms, channels: usize, inner: usize, sums: &mut [f64]) {
    let narrow = inner < NARROW;
    // A row is a channel of an image, or all of an image; sums are those of channels, or of columns.
    let (row, cells) = if narrow { (channels * inner, channels * inner) } else { (inner, channels) };
    let spread: Vec<f32>;
    let terms = match terms {
        Terms::Squares { x, around } if narrow => {
            spread = around.iter().flat_map(|&value| std::iter::repeat_n(value, inner)).collect();
            Terms::Squares { x, around: &spread }
        }
        terms => terms,
    };
    let rows = terms.length() / row;
    let parts = (terms.length() / PART).clamp(1, PARTS).min(rows.max(1));
    let mut partials = vec![0.0f64; parts * 2 * cells];
    let shared = Shared::new(&mut partials);
    for_each(parts, |part| {
        let rows = [part, part + 1].map(|part| part * rows / parts);
        let kernel = if narrow { sum_columns } else { sum_rows };
        // SAFETY: `partials` outlives the loop, and every part has its own piece; rows are within the arrays.
        unsafe { kernel(terms, rows, row, shared.piece(part * 2 * cells, 2 * cells)) };
    });
    sums.fill(0.0);
    for part in partials.chunks_exact(2 * cells) {
        for (cell, partial) in part.iter().enumerate() {
            sums[if narrow { cell / inner } else { cell }] += partial;
        }
    }
}

/// The two sums of some elements.
#[derive(Clone, Copy)]
struct Pair<V: Vector> {
    first: V::Doubles,
    second: V::Doubles,
}

impl<V: Vector> Pair<V> {
    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: the caller's contract, that the instruction set is present.
        unsafe { Self { first: V::double_zero(), second: V::double_zero() } }
    }

    /// Adds the `part` elements from `at` on, whose channel or column is `cell`.
    #[inline(always)]
    unsafe fn add(&mut self, terms: Terms, at: usize, part: usize, around: V) {
        // SAFETY: the caller's contract, that the elements exist.
        unsafe {
            let (a, b) = match terms {
                Terms::Squares { x, .. } => {
                    // Lanes that are none must not become -around.
                    let x = V::load_up_to(x.as_ptr().add(at), part);
                    let d = if part >= V::LANES {
                        x.sub(around)
                    } else {
                        V::select((1 << part) - 1, x.sub(around), V::zero())
                    };
                    (d, d)
                }
                Terms::Products { x, gradient } => {
                    (V::load_up_to(gradient.as_ptr().add(at), part), V::load_up_to(x.as_ptr().add(at), part))
                }
            };
            self.first = V::double_mul_add(a, V::splat(1.0), self.first);
            self.second = V::double_mul_add(a, b, self.second);
        }
    }

    #[inline(always)]
    unsafe fn store(self) -> [[f64; 16]; 2] {
        let mut lanes = [[0.0; 16]; 2];
        // SAFETY: the buffers hold the widest vector.
        unsafe {
            V::double_store(self.first, lanes[0].as_mut_ptr());
            V::double_store(self.second, lanes[1].as_mut_ptr());
        }
        lanes
    }
}

crate::kernel! {
    /// Adds rows from..to, each of the channel after that of the row before, to the sums `[2, channels]`.
    unsafe fn sum_rows(terms: Terms, rows: [usize; 2], row: usize, sums: &mut [f64]) = sum_rows_body
}

#[inline(always)]
unsafe fn sum_rows_body<V: Vector>(terms: Terms, rows: [usize; 2], row: usize, sums: &mut [f64]) {
    let (first, second) = sums.split_at_mut(sums.len() / 2);
    let mut channel = rows[0] % first.len();
    for index in rows[0]..rows[1] {
        // SAFETY: the row's elements exist.
        let [a, b] = unsafe {
            let around = V::splat(if let Terms::Squares { around, .. } = terms { around[channel] } else { 0.0 });
            let mut pair = Pair::<V>::zero();
            for at in (0..row).step_by(V::LANES) {
                pair.add(terms, index * row + at, row - at, around);
            }
            pair.store()
        };
        first[channel] += a.iter().sum::<f64>();
        second[channel] += b.iter().sum::<f64>();
        channel = if channel + 1 == first.len() { 0 } else { channel + 1 };
    }
}

crate::kernel! {
    /// Adds rows from..to to sums `[2, row]` that every column has of its own.
    unsafe fn sum_columns(terms: Terms, rows: [usize; 2], row: usize, sums: &mut [f64]) = sum_columns_body
}

#[inline(always)]
unsafe fn sum_columns_body<V: Vector>(terms: Terms, rows: [usize; 2], row: usize, sums: &mut [f64]) {
    let (first, second) = sums.split_at_mut(row);
    for some in (rows[0]..rows[1]).step_by(ROWS) {
        for at in (0..row).step_by(V::LANES) {
            let part = V::LANES.min(row - at);
            // SAFETY: the rows' elements exist, and so do the columns.
            let [a, b] = unsafe {
                let around = match terms {
                    Terms::Squares { around, .. } => V::load_up_to(around.as_ptr().add(at), part),
                    Terms::Products { .. } => V::zero(),
                };
                let mut pair = Pair::<V>::zero();
                for index in some..rows[1].min(some + ROWS) {
                    pair.add(terms, index * row + at, part, around);
                }
                pair.store()
            };
            for lane in 0..part {
                first[at + lane] += a[lane];
                second[at + lane] += b[lane];
            }
        }
    }
}
