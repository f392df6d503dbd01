use super::window::{for_each_column, window};
use super::{Pooling, for_some_planes};
use crate::spikes::words_of;
use crate::vector::Vector;

/// y = the mean over size x size, the padding counting as zeros. Panics on wrong lengths.
pub fn average_pool(pooling: &Pooling, x: &[f32], y: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(x.len(), pooling.inputs(), "length of x");
    assert_eq!(y.len(), pooling.outputs(), "length of y");
    // SAFETY: the slices are those of the planes.
    for_some_planes(pooling, x, &[(); 0], y, |pooling, x, _, y| unsafe { average_planes(pooling, x, y) });
}

/// The same of spikes. Panics on wrong lengths.
pub fn average_pool_spikes(pooling: &Pooling, bits: &[u32], y: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(bits.len(), pooling.input_words(), "length of bits");
    assert_eq!(y.len(), pooling.outputs(), "length of y");
    // SAFETY: the slices are those of the planes.
    for_some_planes(pooling, bits, &[(); 0], y, |pooling, bits, _, y| unsafe { average_spikes(pooling, bits, y) });
}

/// Every element of a window gets its share. Panics on wrong lengths.
pub fn average_pool_backward(pooling: &Pooling, upstream: &[f32], gradient: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(upstream.len(), pooling.outputs(), "length of upstream");
    assert_eq!(gradient.len(), pooling.inputs(), "length of gradient");
    for_some_planes(pooling, upstream, &[(); 0], gradient, |pooling, upstream, _, gradient| {
        // SAFETY: the slices are those of the planes.
        unsafe { average_planes_backward(pooling, upstream, gradient) };
    });
}

crate::kernel! {
    unsafe fn average_planes(pooling: &Pooling, x: &[f32], y: &mut [f32]) = average_planes_body
}

#[inline(always)]
unsafe fn average_planes_body<V: Vector>(pooling: &Pooling, x: &[f32], y: &mut [f32]) {
    let Pooling { height, width, .. } = *pooling;
    let rows = pooling.out_height();
    let mut sums = vec![0.0f32; rows * width];
    for (x, y) in x.chunks_exact(height * width).zip(y.chunks_exact_mut(rows * pooling.out_width())) {
        sums.fill(0.0);
        for (output, sums) in sums.chunks_exact_mut(width).enumerate() {
            for row in window(pooling, output, height) {
                sums.iter_mut().zip(&x[row * width..][..width]).for_each(|(sum, value)| *sum += value);
            }
        }
        average_columns(pooling, &sums, y);
    }
}

crate::kernel! {
    unsafe fn average_spikes(pooling: &Pooling, bits: &[u32], y: &mut [f32]) = average_spikes_body
}

#[inline(always)]
unsafe fn average_spikes_body<V: Vector>(pooling: &Pooling, bits: &[u32], y: &mut [f32]) {
    let Pooling { height, width, .. } = *pooling;
    let (rows, words) = (pooling.out_height(), words_of(width));
    // A row of sums is written in whole words of lanes, which run over into the row that is next and written later.
    let mut sums = vec![0.0f32; rows * width + 32];
    for (bits, y) in bits.chunks_exact(height * words).zip(y.chunks_exact_mut(rows * pooling.out_width())) {
        for output in 0..rows {
            let seen = window(pooling, output, height);
            for word in 0..words {
                for lane in (0..32.min(width - word * 32)).step_by(V::LANES) {
                    // SAFETY: the lanes are within the row, or the word of lanes beyond it.
                    unsafe {
                        let mut sum = V::zero();
                        for row in seen.clone() {
                            let word = bits.get_unchecked(row * words + word);
                            sum = sum.add(V::select(word >> lane, V::splat(1.0), V::zero()));
                        }
                        sum.store(sums.as_mut_ptr().add(output * width + word * 32 + lane));
                    }
                }
            }
        }
        average_columns(pooling, &sums, y);
    }
}

/// The means of windows from the sums of their columns.
#[inline(always)]
fn average_columns(pooling: &Pooling, sums: &[f32], y: &mut [f32]) {
    let rows = pooling.out_height();
    assert!(sums.len() >= rows * pooling.width && y.len() >= rows * pooling.out_width());
    let area = (pooling.size * pooling.size) as f32;
    y.fill(0.0);
    for_each_column(pooling, rows, |output, input| {
        // SAFETY: `for_each_column` keeps both within the rows.
        unsafe { *y.get_unchecked_mut(output) += sums.get_unchecked(input) };
    });
    y.iter_mut().for_each(|sum| *sum /= area);
}

crate::kernel! {
    unsafe fn average_planes_backward(pooling: &Pooling, upstream: &[f32], gradient: &mut [f32])
        = average_planes_backward_body
}

/// One row of outputs adds the same to every row of its windows.
#[inline(always)]
unsafe fn average_planes_backward_body<V: Vector>(pooling: &Pooling, upstream: &[f32], gradient: &mut [f32]) {
    let Pooling { height, width, .. } = *pooling;
    let (rows, outputs) = (pooling.out_height(), pooling.out_width());
    let area = (pooling.size * pooling.size) as f32;
    let (mut share, mut columns) = (vec![0.0f32; rows * outputs], vec![0.0f32; rows * width]);
    gradient.fill(0.0);
    for (upstream, gradient) in upstream.chunks_exact(rows * outputs).zip(gradient.chunks_exact_mut(height * width)) {
        share.iter_mut().zip(upstream).for_each(|(share, upstream)| *share = upstream / area);
        columns.fill(0.0);
        for_each_column(pooling, rows, |output, input| {
            // SAFETY: `for_each_column` keeps both within the rows.
            unsafe { *columns.get_unchecked_mut(input) += share.get_unchecked(output) };
        });
        for (output, columns) in columns.chunks_exact(width).enumerate() {
            for row in window(pooling, output, height) {
                gradient[row * width..][..width].iter_mut().zip(columns).for_each(|(sum, share)| *sum += share);
            }
        }
    }
}
