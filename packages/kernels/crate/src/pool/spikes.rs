use super::window::window;
use super::{Pooling, for_each_plane};
use crate::parallel::Shared;
use crate::spikes::words_of;
use crate::vector::Vector;
use std::ops::Range;

/// A window of spikes spikes when any of them does. Panics on wrong lengths.
pub fn max_pool_spikes(pooling: &Pooling, bits: &[u32], out: &mut [u32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(bits.len(), pooling.input_words(), "length of bits");
    assert_eq!(out.len(), pooling.output_words(), "length of out");
    let (words, out_words) = (words_of(pooling.width), words_of(pooling.out_width()));
    let (from, to) = (pooling.height * words, pooling.out_height() * out_words);
    let out = Shared::new(out);
    for_each_plane(pooling, |plane| {
        let bits = &bits[plane * from..][..from];
        // SAFETY: `out` outlives the loop, and planes are disjoint.
        let out = unsafe { out.piece(plane * to, to) };
        let mut any = vec![0; words];
        for (output, out) in out.chunks_exact_mut(out_words).enumerate() {
            any.fill(0);
            let rows = window(pooling, output, pooling.height);
            for row in bits[rows.start * words..rows.end * words].chunks_exact(words) {
                any.iter_mut().zip(row).for_each(|(any, word)| *any |= word);
            }
            if is_halving(pooling) {
                halve(pooling, &any, out);
            } else {
                pool_row(pooling, &any, out);
            }
        }
    });
}

/// The gradient goes to the first spike of each window, row by row, and to its first element when there is none. Panics on
/// wrong lengths.
pub fn max_pool_spikes_backward(pooling: &Pooling, bits: &[u32], upstream: &[f32], gradient: &mut [f32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(bits.len(), pooling.input_words(), "length of bits");
    assert_eq!(upstream.len(), pooling.outputs(), "length of upstream");
    assert_eq!(gradient.len(), pooling.inputs(), "length of gradient");
    let (from, to) = (pooling.height * pooling.width, pooling.out_height() * pooling.out_width());
    let words = pooling.height * words_of(pooling.width);
    let gradient = Shared::new(gradient);
    for_each_plane(pooling, |plane| {
        let (bits, upstream) = (&bits[plane * words..][..words], &upstream[plane * to..][..to]);
        // SAFETY: the gradient outlives the loop, and planes are disjoint.
        let gradient = unsafe { gradient.piece(plane * from, from) };
        if is_halving(pooling) {
            // SAFETY: all slices are one plane.
            unsafe { double_plane(pooling, bits, upstream, gradient) };
        } else {
            plane_backward(pooling, bits, upstream, gradient);
        }
    });
}

/// The common case, for which whole words are computed at once.
fn is_halving(pooling: &Pooling) -> bool {
    (pooling.size, pooling.stride, pooling.padding) == (2, 2, 0)
}

const EVEN: u32 = 0x5555_5555;

/// The even bits, moved together.
#[inline(always)]
fn evens(word: u32) -> u32 {
    let mut bits = word & EVEN;
    bits = (bits | bits >> 1) & 0x3333_3333;
    bits = (bits | bits >> 2) & 0x0f0f_0f0f;
    bits = (bits | bits >> 4) & 0x00ff_00ff;
    (bits | bits >> 8) & 0x0000_ffff
}

/// Pairs of columns.
fn halve(pooling: &Pooling, any: &[u32], out: &mut [u32]) {
    for (out, pair) in out.iter_mut().zip(any.chunks(2)) {
        let half = |word: u32| evens(word | word >> 1);
        *out = half(pair[0]) | pair.get(1).map_or(0, |&word| half(word)) << 16;
    }
    // An odd last column is in no window.
    let last = pooling.out_width() % 32;
    if let (Some(word), 1..) = (out.last_mut(), last) {
        *word &= (1 << last) - 1;
    }
}

fn pool_row(pooling: &Pooling, any: &[u32], out: &mut [u32]) {
    out.fill(0);
    for output in 0..pooling.out_width() {
        let spikes = words_within(any, window(pooling, output, pooling.width)).any(|(_, word)| word != 0);
        out[output / 32] |= u32::from(spikes) << (output % 32);
    }
}

fn plane_backward(pooling: &Pooling, bits: &[u32], upstream: &[f32], gradient: &mut [f32]) {
    let words = words_of(pooling.width);
    gradient.fill(0.0);
    for (output, upstream) in upstream.chunks_exact(pooling.out_width()).enumerate() {
        let rows = window(pooling, output, pooling.height);
        for (output, upstream) in upstream.iter().enumerate() {
            let columns = window(pooling, output, pooling.width);
            let first = rows.clone().find_map(|row| {
                words_within(&bits[row * words..][..words], columns.clone())
                    .find(|(_, word)| *word != 0)
                    .map(|(from, word)| row * pooling.width + from + word.trailing_zeros() as usize)
            });
            gradient[first.unwrap_or(rows.start * pooling.width + columns.start)] += upstream;
        }
    }
}

/// Bits `range` of a row, up to 32 at a time: where they begin, and the bits as the lowest of a word.
pub fn words_within(row: &[u32], range: Range<usize>) -> impl Iterator<Item = (usize, u32)> + '_ {
    range.clone().step_by(32).map(move |from| {
        let (word, shift) = (from / 32, from % 32);
        let high = row.get(word + 1).copied().unwrap_or(0);
        let bits = ((u64::from(high) << 32 | u64::from(row[word])) >> shift) as u32;
        let count = range.end - from;
        (from, if count >= 32 { bits } else { bits & ((1 << count) - 1) })
    })
}

crate::kernel! {
    /// The gradient of halving: each goes to one element of four, which their bits name.
    unsafe fn double_plane(pooling: &Pooling, bits: &[u32], upstream: &[f32], gradient: &mut [f32]) = double_plane_body
}

#[inline(always)]
unsafe fn double_plane_body<V: Vector>(pooling: &Pooling, bits: &[u32], upstream: &[f32], gradient: &mut [f32]) {
    let (width, words) = (pooling.width, words_of(pooling.width));
    let outputs = pooling.out_width();
    // Each output twice, and zeros for an odd last column.
    let mut twice = vec![0.0f32; (words * 32).max(16)];
    let (pairs, last) = gradient.split_at_mut(2 * pooling.out_height() * width);
    last.fill(0.0);
    for (output, rows) in pairs.chunks_exact_mut(2 * width).enumerate() {
        for (twice, value) in twice.chunks_exact_mut(2).zip(&upstream[output * outputs..][..outputs]) {
            twice[0] = *value;
            twice[1] = *value;
        }
        let (top, bottom) = rows.split_at_mut(width);
        for word in 0..words {
            let (above, below) = (bits[2 * output * words + word], bits[(2 * output + 1) * words + word]);
            let masks = first_of_four(above, below);
            let from = word * 32;
            for at in (from..width.min(from + 32)).step_by(V::LANES) {
                // SAFETY: `at` is within the row, and `twice` is padded to whole words.
                unsafe {
                    let value = V::load(twice.as_ptr().add(at));
                    for (mask, row) in masks.into_iter().zip([&mut *top, &mut *bottom]) {
                        let chosen = V::select(mask >> (at - from), value, V::zero());
                        chosen.store_up_to(row.as_mut_ptr().add(at), width - at);
                    }
                }
            }
        }
    }
}

/// Of every 2 x 2 bits the first that is set, or the first: masks of the two rows.
#[inline(always)]
fn first_of_four(above: u32, below: u32) -> [u32; 2] {
    let (a, b, c, d) = (above & EVEN, above >> 1 & EVEN, below & EVEN, below >> 1 & EVEN);
    let none = EVEN & !(a | b | c | d);
    [a | none | (b & !a) << 1, (c & !(a | b)) | (d & !(a | b | c)) << 1]
}
