use super::window::{for_each_tap, window};
use super::{Pooling, for_each_plane};
use crate::parallel::Shared;
use crate::vector::Vector;

/// y = the maximum of each window; NaN where there is one. Panics on wrong lengths.
pub fn max_pool(pooling: &Pooling, x: &[f32], y: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(x.len(), pooling.inputs(), "length of x");
    assert_eq!(y.len(), pooling.outputs(), "length of y");
    let (from, to) = (pooling.height * pooling.width, pooling.out_height() * pooling.out_width());
    let y = Shared::new(y);
    for_each_plane(pooling, |plane| {
        // SAFETY: y outlives the loop, and planes are disjoint; both slices are one plane.
        unsafe { max_plane(pooling, &x[plane * from..][..from], y.piece(plane * to, to)) };
    });
}

/// The gradient goes to the first maximum of each window, row by row. Panics on wrong lengths.
pub fn max_pool_backward(pooling: &Pooling, x: &[f32], upstream: &[f32], gradient: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(x.len(), pooling.inputs(), "length of x");
    assert_eq!(upstream.len(), pooling.outputs(), "length of upstream");
    assert_eq!(gradient.len(), x.len(), "length of gradient");
    let (from, to) = (pooling.height * pooling.width, pooling.out_height() * pooling.out_width());
    let gradient = Shared::new(gradient);
    for_each_plane(pooling, |plane| {
        let (x, upstream) = (&x[plane * from..][..from], &upstream[plane * to..][..to]);
        // SAFETY: the gradient outlives the loop, and planes are disjoint; all slices are one plane.
        unsafe { max_plane_backward(pooling, x, upstream, gradient.piece(plane * from, from)) };
    });
}

/// Whether `value` takes the place of `best`: NaN does, and stays.
#[inline(always)]
fn beats(value: f32, best: f32) -> bool {
    value > best || value.is_nan()
}

crate::kernel! {
    unsafe fn max_plane(pooling: &Pooling, x: &[f32], y: &mut [f32]) = max_plane_body
}

/// Rows first, then columns: the maximum does not mind.
#[inline(always)]
unsafe fn max_plane_body<V: Vector>(pooling: &Pooling, x: &[f32], y: &mut [f32]) {
    let width = pooling.width;
    let mut tallest = vec![0.0f32; width];
    for (output, y) in y.chunks_exact_mut(pooling.out_width()).enumerate() {
        tallest.fill(f32::NEG_INFINITY);
        for row in window(pooling, output, pooling.height) {
            for (best, value) in tallest.iter_mut().zip(&x[row * width..][..width]) {
                *best = if beats(*value, *best) { *value } else { *best };
            }
        }
        y.fill(f32::NEG_INFINITY);
        for tap in 0..pooling.size {
            for_each_tap(pooling, tap, width, pooling.out_width(), |output, input| {
                // SAFETY: `for_each_tap` keeps both within their rows.
                let (best, value) = unsafe { (y.get_unchecked_mut(output), *tallest.get_unchecked(input)) };
                *best = if beats(value, *best) { value } else { *best };
            });
        }
    }
}

crate::kernel! {
    unsafe fn max_plane_backward(pooling: &Pooling, x: &[f32], upstream: &[f32], gradient: &mut [f32])
        = max_plane_backward_body
}

#[inline(always)]
unsafe fn max_plane_backward_body<V: Vector>(pooling: &Pooling, x: &[f32], upstream: &[f32], gradient: &mut [f32]) {
    let (width, outputs) = (pooling.width, pooling.out_width());
    let mut best = vec![0.0f32; outputs];
    let mut place = vec![0u32; outputs];
    gradient.fill(0.0);
    for (output, upstream) in upstream.chunks_exact(outputs).enumerate() {
        let rows = window(pooling, output, pooling.height);
        best.fill(f32::NEG_INFINITY);
        for (output, place) in place.iter_mut().enumerate() {
            *place = (rows.start * width + window(pooling, output, width).start) as u32;
        }
        for row in rows {
            let x = &x[row * width..][..width];
            for tap in 0..pooling.size {
                for_each_tap(pooling, tap, width, outputs, |output, input| {
                    // SAFETY: `for_each_tap` keeps both within their rows.
                    let (best, place, value) = unsafe {
                        (best.get_unchecked_mut(output), place.get_unchecked_mut(output), *x.get_unchecked(input))
                    };
                    let better = beats(value, *best);
                    *best = if better { value } else { *best };
                    *place = if better { (row * width + input) as u32 } else { *place };
                });
            }
        }
        for (place, upstream) in place.iter().zip(upstream) {
            gradient[*place as usize] += upstream;
        }
    }
}
