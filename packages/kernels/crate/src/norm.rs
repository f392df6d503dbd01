//! Batch norm's passes over x `[images, channels, inner]`: moments and sums per channel, and maps that are affine in each
//! channel. Where a channel has few elements in a row, an image is treated as one row of `channels x inner` columns.

// Bodies whose lanes the compiler makes name `V` for its instruction set alone.
#![allow(clippy::extra_unused_type_parameters)]

use crate::parallel::{Shared, for_each};
use crate::vector::Vector;

/// Below this many elements of a channel, vectors run across channels.
const NARROW: usize = 16;
/// Parts a reduction is cut into, and the elements that are worth a part.
const PARTS: usize = 64;
const PART: usize = 16384;

/// Per channel, x becomes `scale[c] x + shift[c]`, with c = (index / inner) % channels.
#[derive(Clone, Copy)]
pub struct Affine<'a> {
    pub scale: &'a [f32],
    pub shift: &'a [f32],
    /// Elements of one channel of one image.
    pub inner: usize,
}

impl Affine<'_> {
    pub fn channels(&self) -> usize {
        self.scale.len()
    }

    /// Why the map does not apply to `elements`, if it does not.
    pub fn fault(&self, elements: usize) -> Option<String> {
        let channels = self.channels();
        if self.shift.len() != channels {
            return Some(format!("{channels} scales, {} shifts", self.shift.len()));
        }
        fault(elements, channels, self.inner)
    }

    /// Scale and shift of the elements from `from` on.
    pub fn spread(&self, from: usize, scale: &mut [f32], shift: &mut [f32]) {
        for (at, count, channel) in runs(from, scale.len(), self.channels(), self.inner) {
            if self.inner == 1 {
                scale[at..at + count].copy_from_slice(&self.scale[channel..channel + count]);
                shift[at..at + count].copy_from_slice(&self.shift[channel..channel + count]);
            } else {
                scale[at..at + count].fill(self.scale[channel]);
                shift[at..at + count].fill(self.shift[channel]);
            }
        }
    }

    /// Adds values of the elements from `from` on to the sums of their channels.
    pub fn gather(&self, from: usize, values: &[f32], sums: &mut [f64]) {
        for (at, count, channel) in runs(from, values.len(), self.channels(), self.inner) {
            let values = &values[at..at + count];
            if self.inner == 1 {
                sums[channel..channel + count]
                    .iter_mut()
                    .zip(values)
                    .for_each(|(sum, value)| *sum += f64::from(*value));
            } else {
                sums[channel] += sum(values);
            }
        }
    }
}

/// Why `elements` are no whole images, if they are not.
pub fn fault(elements: usize, channels: usize, inner: usize) -> Option<String> {
    let image = channels * inner;
    let whole = image > 0 && elements.is_multiple_of(image);
    (!whole).then(|| format!("{elements} elements are no whole images of {channels} channels of {inner}"))
}

/// Elements from `from` on as runs `(offset, count, channel)`: of one channel, or of successive channels where each has but
/// one element.
fn runs(from: usize, length: usize, channels: usize, inner: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at == length {
            return None;
        }
        let element = from + at;
        let channel = element / inner % channels;
        let whole = if inner == 1 { channels - channel } else { inner - element % inner };
        let run = (at, whole.min(length - at), channel);
        at += run.1;
        Some(run)
    })
}

/// Sum in float64 over eight lanes, an order that vectors can keep.
fn sum(values: &[f32]) -> f64 {
    let mut lanes = [0.0f64; 8];
    let mut chunks = values.chunks_exact(8);
    for chunk in &mut chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, value)| *lane += f64::from(*value));
    }
    let rest: f64 = chunks.remainder().iter().map(|value| f64::from(*value)).sum();
    lanes.iter().sum::<f64>() + rest
}

/// Mean and biased variance of every channel. One pass: sums of x and of its square are taken around the channel's first
/// element, in float64, so that nothing is lost when the mean is large against the deviation. Panics on wrong lengths.
pub fn moments(x: &[f32], channels: usize, inner: usize, mean: &mut [f64], variance: &mut [f64]) {
    assert_eq!(fault(x.len(), channels, inner), None);
    assert_eq!((mean.len(), variance.len()), (channels, channels), "lengths of mean and variance");
    let count = (x.len() / channels) as f64;
    let around: Vec<f32> = (0..channels).map(|channel| x.get(channel * inner).copied().unwrap_or(0.0)).collect();
    let mut sums = vec![0.0; 2 * channels];
    products(x, x, &around, inner, &mut sums);
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
    products(gradient, x, &vec![0.0; channels], inner, sums);
}

/// Per channel, with a and b taken around `around[c]`: the sum of a, and of a times b.
fn products(a: &[f32], b: &[f32], around: &[f32], inner: usize, sums: &mut [f64]) {
    let channels = around.len();
    let narrow = inner < NARROW;
    // A row is a channel of an image, or all of an image; a cell is a pair of sums.
    let (row, cells) = if narrow { (channels * inner, channels * inner) } else { (inner, channels) };
    let spread: Vec<f32> =
        if narrow { around.iter().flat_map(|&v| std::iter::repeat_n(v, inner)).collect() } else { vec![] };
    let rows = a.len() / row;
    let parts = (a.len() / PART).clamp(1, PARTS).min(rows.max(1));
    let mut partials = vec![0.0f64; parts * 2 * cells];
    let shared = Shared::new(&mut partials);
    for_each(parts, |part| {
        // SAFETY: `partials` outlives the loop, and every part has its own piece.
        let (first, second) = unsafe { shared.piece(part * 2 * cells, 2 * cells) }.split_at_mut(cells);
        for index in part * rows / parts..(part + 1) * rows / parts {
            let (a, b) = (&a[index * row..][..row], &b[index * row..][..row]);
            if narrow {
                // SAFETY: all slices are one row long.
                unsafe { column_products(a, b, &spread, first, second) };
            } else {
                let channel = index % channels;
                // SAFETY: both slices are one row long.
                let (sum, product) = unsafe { row_products(a, b, around[channel]) };
                first[channel] += sum;
                second[channel] += product;
            }
        }
    });
    sums.fill(0.0);
    for part in partials.chunks_exact(2 * cells) {
        for (cell, partial) in part.iter().enumerate() {
            sums[if narrow { cell / inner } else { cell }] += partial;
        }
    }
}

crate::kernel! {
    /// Sums of one row: of a, and of a times b.
    unsafe fn row_products(a: &[f32], b: &[f32], around: f32) -> (f64, f64) = row_products_body
}

/// Float64 lanes: the compiler makes vectors of them.
const WIDE: usize = 16;

#[inline(always)]
unsafe fn row_products_body<V: Vector>(a: &[f32], b: &[f32], around: f32) -> (f64, f64) {
    let around = f64::from(around);
    let (mut sums, mut products) = ([0.0f64; WIDE], [0.0f64; WIDE]);
    let whole = a.len() / WIDE * WIDE;
    for from in (0..whole).step_by(WIDE) {
        for lane in 0..WIDE {
            let (a, b) = (f64::from(a[from + lane]) - around, f64::from(b[from + lane]) - around);
            sums[lane] += a;
            products[lane] += a * b;
        }
    }
    for at in whole..a.len() {
        let (a, b) = (f64::from(a[at]) - around, f64::from(b[at]) - around);
        sums[at - whole] += a;
        products[at - whole] += a * b;
    }
    (sums.iter().sum(), products.iter().sum())
}

crate::kernel! {
    /// Adds one row to sums that every column has of its own.
    unsafe fn column_products(a: &[f32], b: &[f32], around: &[f32], sums: &mut [f64], products: &mut [f64])
        = column_products_body
}

#[inline(always)]
unsafe fn column_products_body<V: Vector>(
    a: &[f32],
    b: &[f32],
    around: &[f32],
    sums: &mut [f64],
    products: &mut [f64],
) {
    let columns = a.len();
    let (b, around) = (&b[..columns], &around[..columns]);
    let (sums, products) = (&mut sums[..columns], &mut products[..columns]);
    for at in 0..columns {
        let around = f64::from(around[at]);
        let (a, b) = (f64::from(a[at]) - around, f64::from(b[at]) - around);
        sums[at] += a;
        products[at] += a * b;
    }
}

/// y = scale[c] x + shift[c]; x `None` is y itself. Panics on wrong lengths.
pub fn affine(x: Option<&[f32]>, affine: &Affine, y: &mut [f32]) {
    assert_eq!(affine.fault(y.len()), None);
    assert_eq!(x.map_or(y.len(), <[f32]>::len), y.len(), "length of x");
    map_channels(y, affine.inner, [affine.scale, affine.shift], |to, from, length, narrow, coefficients| {
        let x = x.map_or(to.cast_const(), |x| x[from..].as_ptr());
        // SAFETY: x is as long as y, and the coefficients are those of the row.
        unsafe { affine_row(x, coefficients, narrow, to, length) }
    });
}

/// out = a[c] gradient + b[c] x + d[c], the last pass of batch norm's backward; gradient `None` is `out` itself. Panics on
/// wrong lengths.
pub fn norm_backward(
    x: &[f32],
    gradient: Option<&[f32]>,
    inner: usize,
    a: &[f32],
    b: &[f32],
    d: &[f32],
    out: &mut [f32],
) {
    assert_eq!((a.len(), a.len()), (b.len(), d.len()), "lengths of a, b and d");
    assert_eq!(fault(out.len(), a.len(), inner), None);
    assert_eq!(x.len(), out.len(), "length of x");
    assert_eq!(gradient.map_or(out.len(), <[f32]>::len), out.len(), "length of gradient");
    map_channels(out, inner, [a, b, d], |to, from, length, narrow, coefficients| {
        let gradient = gradient.map_or(to.cast_const(), |gradient| gradient[from..].as_ptr());
        // SAFETY: x and the gradient are as long as `out`, and the coefficients are those of the row.
        unsafe { norm_row(x[from..].as_ptr(), gradient, coefficients, narrow, to, length) }
    });
}

/// Calls `map(to, from, length, narrow, coefficients)` for rows of `y`: a channel of an image with a coefficient each, or an
/// image with coefficients for every column (`narrow`).
fn map_channels<const N: usize>(
    y: &mut [f32],
    inner: usize,
    coefficients: [&[f32]; N],
    map: impl Fn(*mut f32, usize, usize, bool, [*const f32; N]) + Sync + Send,
) {
    let channels = coefficients[0].len();
    let narrow = inner < NARROW;
    let row = if narrow { channels * inner } else { inner };
    let spread: [Vec<f32>; N] = coefficients.map(|of| {
        let repeat = if narrow { inner } else { 1 };
        of.iter().flat_map(|&value| std::iter::repeat_n(value, repeat)).collect()
    });
    let rows = y.len() / row;
    let parts = (y.len() / PART).clamp(1, rows.max(1));
    let shared = Shared::new(y);
    for_each(parts, |part| {
        for index in part * rows / parts..(part + 1) * rows / parts {
            // SAFETY: y outlives the loop, and rows are disjoint.
            let to = unsafe { shared.piece(index * row, row) }.as_mut_ptr();
            let first = if narrow { 0 } else { index % channels };
            map(to, index * row, row, narrow, std::array::from_fn(|n| spread[n][first..].as_ptr()));
        }
    });
}

crate::kernel! {
    unsafe fn affine_row(x: *const f32, of: [*const f32; 2], narrow: bool, y: *mut f32, length: usize) = affine_row_body
}

#[inline(always)]
unsafe fn affine_row_body<V: Vector>(x: *const f32, of: [*const f32; 2], narrow: bool, y: *mut f32, length: usize) {
    // SAFETY: the caller's contract, here and in the loop.
    let splats = unsafe { of.map(|of| V::splat(*of)) };
    for at in (0..length).step_by(V::LANES) {
        let count = length - at;
        // SAFETY: as above.
        unsafe {
            let [scale, shift] = if narrow { of.map(|of| V::load_up_to(of.add(at), count)) } else { splats };
            // Not fused: the neurons that apply this map themselves must see the same bits.
            scale.mul(V::load_up_to(x.add(at), count)).add(shift).store_up_to(y.add(at), count);
        }
    }
}

crate::kernel! {
    unsafe fn norm_row(
        x: *const f32,
        gradient: *const f32,
        of: [*const f32; 3],
        narrow: bool,
        out: *mut f32,
        length: usize,
    ) = norm_row_body
}

#[inline(always)]
unsafe fn norm_row_body<V: Vector>(
    x: *const f32,
    gradient: *const f32,
    of: [*const f32; 3],
    narrow: bool,
    out: *mut f32,
    length: usize,
) {
    // SAFETY: the caller's contract, here and in the loop.
    let splats = unsafe { of.map(|of| V::splat(*of)) };
    for at in (0..length).step_by(V::LANES) {
        let count = length - at;
        // SAFETY: as above.
        unsafe {
            let [a, b, d] = if narrow { of.map(|of| V::load_up_to(of.add(at), count)) } else { splats };
            let (x, gradient): (V, V) = (V::load_up_to(x.add(at), count), V::load_up_to(gradient.add(at), count));
            a.mul(gradient).add(b.mul(x)).add(d).store_up_to(out.add(at), count);
        }
    }
}
