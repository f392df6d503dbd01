use super::spikes::words_within;
use super::window::{for_each_tap, window};
use super::{Pooling, for_each_plane};
use crate::parallel::Shared;
use crate::spikes::words_of;
use crate::vector::Vector;

/// y = the mean over size x size, the padding counting as zeros. Panics on wrong lengths.
pub fn average_pool(pooling: &Pooling, x: &[f32], y: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(x.len(), pooling.inputs(), "length of x");
    assert_eq!(y.len(), pooling.outputs(), "length of y");
    let (from, to) = (pooling.height * pooling.width, pooling.out_height() * pooling.out_width());
    let y = Shared::new(y);
    for_each_plane(pooling, |plane| {
        // SAFETY: y outlives the loop, and planes are disjoint; both slices are one plane.
        unsafe { average_plane(pooling, &x[plane * from..][..from], y.piece(plane * to, to)) };
    });
}

/// The same of spikes. Panics on wrong lengths.
pub fn average_pool_spikes(pooling: &Pooling, bits: &[u32], y: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(bits.len(), pooling.input_words(), "length of bits");
    assert_eq!(y.len(), pooling.outputs(), "length of y");
    let words = words_of(pooling.width);
    let (from, to) = (pooling.height * words, pooling.out_height() * pooling.out_width());
    let area = (pooling.size * pooling.size) as f32;
    let y = Shared::new(y);
    for_each_plane(pooling, |plane| {
        let bits = &bits[plane * from..][..from];
        // SAFETY: y outlives the loop, and planes are disjoint.
        let y = unsafe { y.piece(plane * to, to) };
        for (output, y) in y.chunks_exact_mut(pooling.out_width()).enumerate() {
            let rows = window(pooling, output, pooling.height);
            let bits = &bits[rows.start * words..rows.end * words];
            for (output, y) in y.iter_mut().enumerate() {
                let columns = window(pooling, output, pooling.width);
                let spikes = |row| words_within(row, columns.clone()).map(|(_, word)| word.count_ones()).sum::<u32>();
                *y = bits.chunks_exact(words).map(spikes).sum::<u32>() as f32 / area;
            }
        }
    });
}

/// Every element of a window gets its share. Panics on wrong lengths.
pub fn average_pool_backward(pooling: &Pooling, upstream: &[f32], gradient: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(upstream.len(), pooling.outputs(), "length of upstream");
    assert_eq!(gradient.len(), pooling.inputs(), "length of gradient");
    let (from, to) = (pooling.height * pooling.width, pooling.out_height() * pooling.out_width());
    let gradient = Shared::new(gradient);
    for_each_plane(pooling, |plane| {
        let upstream = &upstream[plane * to..][..to];
        // SAFETY: the gradient outlives the loop, and planes are disjoint; both slices are one plane.
        unsafe { average_plane_backward(pooling, upstream, gradient.piece(plane * from, from)) };
    });
}

crate::kernel! {
    unsafe fn average_plane(pooling: &Pooling, x: &[f32], y: &mut [f32]) = average_plane_body
}

/// Rows first, then columns.
#[inline(always)]
unsafe fn average_plane_body<V: Vector>(pooling: &Pooling, x: &[f32], y: &mut [f32]) {
    let width = pooling.width;
    let area = (pooling.size * pooling.size) as f32;
    let mut column = vec![0.0f32; width];
    for (output, y) in y.chunks_exact_mut(pooling.out_width()).enumerate() {
        column.fill(0.0);
        for row in window(pooling, output, pooling.height) {
            column.iter_mut().zip(&x[row * width..][..width]).for_each(|(sum, value)| *sum += value);
        }
        y.fill(0.0);
        for tap in 0..pooling.size {
            for_each_tap(pooling, tap, width, pooling.out_width(), |output, input| {
                // SAFETY: `for_each_tap` keeps both within their rows.
                unsafe { *y.get_unchecked_mut(output) += column.get_unchecked(input) };
            });
        }
        y.iter_mut().for_each(|sum| *sum /= area);
    }
}

crate::kernel! {
    unsafe fn average_plane_backward(pooling: &Pooling, upstream: &[f32], gradient: &mut [f32])
        = average_plane_backward_body
}

/// One row of outputs adds the same to every row of its windows.
#[inline(always)]
unsafe fn average_plane_backward_body<V: Vector>(pooling: &Pooling, upstream: &[f32], gradient: &mut [f32]) {
    let (width, outputs) = (pooling.width, pooling.out_width());
    let area = (pooling.size * pooling.size) as f32;
    let mut shares = vec![0.0f32; width];
    gradient.fill(0.0);
    for (output, upstream) in upstream.chunks_exact(outputs).enumerate() {
        shares.fill(0.0);
        for tap in 0..pooling.size {
            for_each_tap(pooling, tap, width, outputs, |output, input| {
                // SAFETY: `for_each_tap` keeps both within their rows.
                unsafe { *shares.get_unchecked_mut(input) += upstream.get_unchecked(output) / area };
            });
        }
        for row in window(pooling, output, pooling.height) {
            gradient[row * width..][..width].iter_mut().zip(&shares).for_each(|(sum, share)| *sum += share);
        }
    }
}
