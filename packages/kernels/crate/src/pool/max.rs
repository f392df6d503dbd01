use super::window::{for_each_column, window};
use super::{Pooling, for_some_planes};
use crate::vector::Vector;

/// y = the maximum of each window; NaN where there is one. Panics on wrong lengths.
pub fn max_pool(pooling: &Pooling, x: &[f32], y: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(x.len(), pooling.inputs(), "length of x");
    assert_eq!(y.len(), pooling.outputs(), "length of y");
    // SAFETY: the slices are those of the planes.
    for_some_planes(pooling, x, &[(); 0], y, |pooling, x, _, y| unsafe { max_planes(pooling, x, y) });
}

/// The gradient goes to the first maximum of each window, row by row. Panics on wrong lengths.
pub fn max_pool_backward(pooling: &Pooling, x: &[f32], upstream: &[f32], gradient: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(x.len(), pooling.inputs(), "length of x");
    assert_eq!(upstream.len(), pooling.outputs(), "length of upstream");
    assert_eq!(gradient.len(), x.len(), "length of gradient");
    for_some_planes(pooling, x, upstream, gradient, |pooling, x, upstream, gradient| {
        // SAFETY: the slices are those of the planes.
        unsafe { max_planes_backward(pooling, x, upstream, gradient) };
    });
}

crate::kernel! {
    unsafe fn max_planes(pooling: &Pooling, x: &[f32], y: &mut [f32]) = max_planes_body
}

/// Rows first, then columns: the maximum does not mind.
#[inline(always)]
unsafe fn max_planes_body<V: Vector>(pooling: &Pooling, x: &[f32], y: &mut [f32]) {
    let Pooling { height, width, .. } = *pooling;
    let (rows, outputs) = (pooling.out_height(), pooling.out_width());
    let takes = |value: f32, best: f32| value > best || value.is_nan();
    let mut tallest = vec![0.0f32; rows * width];
    for (x, y) in x.chunks_exact(height * width).zip(y.chunks_exact_mut(rows * outputs)) {
        tallest.fill(f32::NEG_INFINITY);
        for (output, tallest) in tallest.chunks_exact_mut(width).enumerate() {
            for row in window(pooling, output, height) {
                for (best, value) in tallest.iter_mut().zip(&x[row * width..][..width]) {
                    *best = if takes(*value, *best) { *value } else { *best };
                }
            }
        }
        y.fill(f32::NEG_INFINITY);
        for_each_column(pooling, rows, |output, input| {
            // SAFETY: `for_each_column` keeps both within their planes.
            let (best, value) = unsafe { (y.get_unchecked_mut(output), *tallest.get_unchecked(input)) };
            *best = if takes(value, *best) { value } else { *best };
        });
    }
}

crate::kernel! {
    unsafe fn max_planes_backward(pooling: &Pooling, x: &[f32], upstream: &[f32], gradient: &mut [f32])
        = max_planes_backward_body
}

/// A number that is the greater, the greater a value is and, of equal values, the earlier its place.
#[inline(always)]
fn rank(value: f32, place: u32) -> u64 {
    // Of numbers of one sign the bits are ordered as the numbers are, or the other way round; -0 is made 0.
    let bits = (value + 0.0).to_bits();
    let ordered = bits ^ if bits >> 31 == 1 { u32::MAX } else { 1 << 31 };
    u64::from(ordered) << 32 | u64::from(!place)
}

/// Rows first, then columns, as for the maximum: a place comes with every value.
#[inline(always)]
unsafe fn max_planes_backward_body<V: Vector>(pooling: &Pooling, x: &[f32], upstream: &[f32], gradient: &mut [f32]) {
    let Pooling { height, width, .. } = *pooling;
    let (rows, outputs) = (pooling.out_height(), pooling.out_width());
    let (mut tallest, mut best) = (vec![0u64; rows * width], vec![0u64; rows * outputs]);
    gradient.fill(0.0);
    let planes = x.chunks_exact(height * width).zip(upstream.chunks_exact(rows * outputs));
    for ((x, upstream), gradient) in planes.zip(gradient.chunks_exact_mut(height * width)) {
        tallest.fill(0);
        for (output, tallest) in tallest.chunks_exact_mut(width).enumerate() {
            for row in window(pooling, output, height) {
                let first = row * width;
                let x = &x[first..][..width];
                for column in 0..width {
                    tallest[column] = tallest[column].max(rank(x[column], (first + column) as u32));
                }
            }
        }
        best.fill(0);
        for_each_column(pooling, rows, |output, input| {
            // SAFETY: `for_each_column` keeps both within their planes.
            let (best, rank) = unsafe { (best.get_unchecked_mut(output), *tallest.get_unchecked(input)) };
            *best = rank.max(*best);
        });
        for (best, upstream) in best.iter().zip(upstream) {
            gradient[!*best as u32 as usize] += upstream;
        }
    }
}
