use super::window::{for_each_column, window};
use super::{Pooling, for_some_planes};
use crate::spikes::words_of;
use crate::vector::Vector;
use std::ops::Range;

/// A window of spikes spikes when any of them does. Panics on wrong lengths.
pub fn max_pool_spikes(pooling: &Pooling, bits: &[u32], out: &mut [u32]) {
    assert_eq!(pooling.fault(), None);
    assert_eq!(bits.len(), pooling.input_words(), "length of bits");
    assert_eq!(out.len(), pooling.output_words(), "length of out");
    let halving = is_halving(pooling) && pooling.width <= 32 && pooling.height.is_multiple_of(2);
    for_some_planes(pooling, bits, &[(); 0], out, |pooling, bits, _, out| {
        if halving {
            // SAFETY: two words for each of `out`.
            unsafe { halve_words(bits, out, low_bits(pooling.out_width())) };
        } else {
            any_of_planes(pooling, bits, out);
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
    for_some_planes(pooling, bits, upstream, gradient, |pooling, bits, upstream, gradient| {
        let backward = if is_halving(pooling) { double_planes } else { first_of_planes };
        // SAFETY: the slices are those of the planes.
        unsafe { backward(pooling, bits, upstream, gradient) };
    });
}

/// The common case, for which whole words are computed at once.
fn is_halving(pooling: &Pooling) -> bool {
    (pooling.size, pooling.stride, pooling.padding) == (2, 2, 0)
}

/// The lowest `count` bits, all when there are fewer.
#[inline(always)]
fn low_bits(count: usize) -> u32 {
    if count >= 32 { u32::MAX } else { (1 << count) - 1 }
}

const EVEN: u32 = 0x5555_5555;

/// Whether any of two neighbours is set: the pairs' bits, moved together.
#[inline(always)]
fn pairs(word: u32) -> u32 {
    let mut bits = (word | word >> 1) & EVEN;
    bits = (bits | bits >> 1) & 0x3333_3333;
    bits = (bits | bits >> 2) & 0x0f0f_0f0f;
    bits = (bits | bits >> 4) & 0x00ff_00ff;
    (bits | bits >> 8) & 0x0000_ffff
}

crate::kernel! {
    /// Rows of one word each, two to one.
    unsafe fn halve_words(bits: &[u32], out: &mut [u32], kept: u32) = halve_words_body
}

#[inline(always)]
unsafe fn halve_words_body<V: Vector>(bits: &[u32], out: &mut [u32], kept: u32) {
    for (out, rows) in out.iter_mut().zip(bits.chunks_exact(2)) {
        *out = pairs(rows[0] | rows[1]) & kept;
    }
}

/// Rows first: a row of words that are set where any of the window's rows is. Then columns.
fn any_of_planes(pooling: &Pooling, bits: &[u32], out: &mut [u32]) {
    let (words, out_words) = (words_of(pooling.width), words_of(pooling.out_width()));
    let mut any = vec![0; words];
    let planes = bits.chunks_exact(pooling.height * words).zip(out.chunks_exact_mut(pooling.out_height() * out_words));
    for (bits, out) in planes {
        for (output, out) in out.chunks_exact_mut(out_words).enumerate() {
            any.fill(0);
            let rows = window(pooling, output, pooling.height);
            for row in bits[rows.start * words..rows.end * words].chunks_exact(words) {
                any.iter_mut().zip(row).for_each(|(any, word)| *any |= word);
            }
            if is_halving(pooling) {
                for (out, pair) in out.iter_mut().zip(any.chunks(2)) {
                    *out = pairs(pair[0]) | pair.get(1).map_or(0, |&word| pairs(word)) << 16;
                }
                // An odd last column is in no window.
                out[out_words - 1] &= low_bits(pooling.out_width() - 32 * (out_words - 1));
            } else {
                any_of_columns(pooling, &any, out);
            }
        }
    }
}

fn any_of_columns(pooling: &Pooling, any: &[u32], out: &mut [u32]) {
    let Pooling { width, size, stride, padding, .. } = *pooling;
    out.fill(0);
    if width + 2 * padding <= 64 {
        let row = any.iter().rev().fold(0, |row, word| row << 32 | u64::from(*word)) << padding;
        let seen = (0..size).fold(0, |seen, tap| seen | row >> tap);
        for output in 0..pooling.out_width() {
            out[output / 32] |= ((seen >> (output * stride)) as u32 & 1) << (output % 32);
        }
    } else {
        for output in 0..pooling.out_width() {
            let spikes = words_within(any, window(pooling, output, width)).any(|(_, word)| word != 0);
            out[output / 32] |= u32::from(spikes) << (output % 32);
        }
    }
}

crate::kernel! {
    unsafe fn first_of_planes(pooling: &Pooling, bits: &[u32], upstream: &[f32], gradient: &mut [f32])
        = first_of_planes_body
}

/// Rows first, then columns: of numbers that are the greater for a spike, and the earlier their place, the greatest.
#[inline(always)]
unsafe fn first_of_planes_body<V: Vector>(pooling: &Pooling, bits: &[u32], upstream: &[f32], gradient: &mut [f32]) {
    const SPIKE: u32 = 1 << 31;
    let Pooling { height, width, .. } = *pooling;
    let (rows, words, outputs) = (pooling.out_height(), words_of(width), pooling.out_width());
    let (mut tallest, mut best) = (vec![0u32; rows * width], vec![0u32; rows * outputs]);
    gradient.fill(0.0);
    let planes = bits.chunks_exact(height * words).zip(upstream.chunks_exact(rows * outputs));
    for ((bits, upstream), gradient) in planes.zip(gradient.chunks_exact_mut(height * width)) {
        tallest.fill(0);
        for (output, tallest) in tallest.chunks_exact_mut(width).enumerate() {
            for row in window(pooling, output, height) {
                for (index, tallest) in tallest.chunks_mut(32).enumerate() {
                    let (word, first) = (bits[row * words + index], SPIKE - 1 - (row * width + 32 * index) as u32);
                    for lane in 0..tallest.len() {
                        let rank = ((word >> lane & 1) * SPIKE) | (first - lane as u32);
                        tallest[lane] = tallest[lane].max(rank);
                    }
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
            gradient[(!*best & (SPIKE - 1)) as usize] += upstream;
        }
    }
}

/// Bits `range` of a row, up to 32 at a time: where they begin, and the bits as the lowest of a word.
fn words_within(row: &[u32], range: Range<usize>) -> impl Iterator<Item = (usize, u32)> + '_ {
    range.clone().step_by(32).map(move |from| {
        let (word, shift) = (from / 32, from % 32);
        let high = row.get(word + 1).copied().unwrap_or(0);
        let bits = ((u64::from(high) << 32 | u64::from(row[word])) >> shift) as u32;
        (from, bits & low_bits(range.end - from))
    })
}

crate::kernel! {
    /// The gradient of halving: each goes to one element of four, which their bits name.
    unsafe fn double_planes(pooling: &Pooling, bits: &[u32], upstream: &[f32], gradient: &mut [f32])
        = double_planes_body
}

#[inline(always)]
unsafe fn double_planes_body<V: Vector>(pooling: &Pooling, bits: &[u32], upstream: &[f32], gradient: &mut [f32]) {
    let Pooling { height, width, .. } = *pooling;
    let (words, rows) = (words_of(width), pooling.out_height());
    // Each output twice, zeros for an odd last column, and room for a word of lanes that begins in the last row.
    let mut twice = vec![0.0f32; rows * width + 32];
    let planes = bits.chunks_exact(height * words).zip(upstream.chunks_exact(rows * pooling.out_width()));
    for ((bits, upstream), gradient) in planes.zip(gradient.chunks_exact_mut(height * width)) {
        for_each_column(pooling, rows, |output, input| {
            // SAFETY: `for_each_column` keeps both within the rows.
            unsafe { *twice.get_unchecked_mut(input) = *upstream.get_unchecked(output) };
        });
        for output in 0..rows {
            for word in 0..words {
                let at = 2 * output * words + word;
                let masks = first_of_four(bits[at], bits[at + words]);
                let count = 32.min(width - word * 32);
                for lane in (0..count).step_by(V::LANES) {
                    let column = word * 32 + lane;
                    // SAFETY: the lanes are within the two rows, or the word of lanes beyond `twice`.
                    unsafe {
                        let value = V::load(twice.as_ptr().add(output * width + column));
                        for (row, mask) in masks.into_iter().enumerate() {
                            let to = gradient.as_mut_ptr().add((2 * output + row) * width + column);
                            V::select(mask >> lane, value, V::zero()).store_up_to(to, count - lane);
                        }
                    }
                }
            }
        }
        gradient[2 * rows * width..].fill(0.0);
    }
}

/// Of every 2 x 2 bits the first that is set, or the first: masks of the two rows.
#[inline(always)]
fn first_of_four(above: u32, below: u32) -> [u32; 2] {
    let (a, b, c, d) = (above & EVEN, above >> 1 & EVEN, below & EVEN, below >> 1 & EVEN);
    let none = EVEN & !(a | b | c | d);
    [a | none | (b & !a) << 1, (c & !(a | b)) | (d & !(a | b | c)) << 1]
}
