//! Spikes as bits: a tensor `[..., row]` of zeros and ones is packed along its last axis, bit `i % 32` of word `i / 32`,
//! every row beginning with a word of its own and its unused bits being 0. An image is so a word (or more) per row of
//! pixels, a linear layer's input `ceil(features / 32)` words per example.

use crate::kernel;
use crate::parallel::{self, Shared};
use crate::vector::Vector;
use rayon::prelude::*;

/// Elements of a part, more or less: whole rows.
const PART: usize = 1 << 15;

/// Words of a row of `row` elements.
pub const fn words_of(row: usize) -> usize {
    row.div_ceil(32)
}

/// Packs values that are 0 or 1; anything that is not 0 counts as 1. Panics when the lengths do not belong together.
pub fn pack(values: &[f32], row: usize, bits: &mut [u32]) {
    let words = words_of(row);
    let rows = rows_of(values.len(), row);
    assert_eq!(bits.len(), rows * words);
    let bits = Shared::new(bits);
    for_each_part(rows, row, |from, count| {
        // SAFETY: parts are rows of their own.
        let bits = unsafe { bits.piece(from * words, count * words) };
        // SAFETY: both are `count` rows.
        unsafe { pack_rows(values[from * row..].as_ptr(), row, count, bits.as_mut_ptr()) };
    });
}

/// The bits as `scale` or 0. Panics when the lengths do not belong together.
pub fn expand(bits: &[u32], row: usize, scale: f32, values: &mut [f32]) {
    let words = words_of(row);
    let rows = rows_of(values.len(), row);
    assert_eq!(bits.len(), rows * words);
    let values = Shared::new(values);
    for_each_part(rows, row, |from, count| {
        // SAFETY: parts are rows of their own.
        let values = unsafe { values.piece(from * row, count * row) };
        // SAFETY: both are `count` rows.
        unsafe { expand_rows(bits[from * words..].as_ptr(), row, count, scale, values.as_mut_ptr()) };
    });
}

/// How many bits are set.
pub fn count(bits: &[u32]) -> usize {
    bits.par_chunks(PART).map(|bits| bits.iter().map(|word| word.count_ones() as usize).sum::<usize>()).sum()
}

/// From rows of one length to rows of another, the elements' order kept. Panics when the lengths do not belong together.
pub fn repack(bits: &[u32], row: usize, new_row: usize, out: &mut [u32]) {
    assert!(row > 0 && bits.len().is_multiple_of(words_of(row)));
    let elements = bits.len() / words_of(row) * row;
    let words = words_of(new_row);
    let rows = rows_of(elements, new_row);
    assert_eq!(out.len(), rows * words);
    let out = Shared::new(out);
    for_each_part(rows, new_row, |from, count| {
        // SAFETY: parts are rows of their own.
        let out = unsafe { out.piece(from * words, count * words) };
        for (order, out) in out.chunks_exact_mut(words).enumerate() {
            gather(bits, row, (from + order) * new_row, new_row, out);
        }
    });
}

/// Writes the `count` elements from the `first` on, all rows taken as one, to the words of one row.
fn gather(bits: &[u32], row: usize, first: usize, count: usize, out: &mut [u32]) {
    let (mut line, mut at) = (first / row, first % row);
    for (order, out) in out.iter_mut().enumerate() {
        let wanted = (count - order * 32).min(32);
        let mut word = 0;
        let mut filled = 0;
        while filled < wanted {
            // Up to the end of this source word, of its row, and of what is wanted.
            let taken = (32 - at % 32).min(row - at).min(wanted - filled);
            let source = bits[line * words_of(row) + at / 32] >> (at % 32);
            word |= (source & (u32::MAX >> (32 - taken))) << filled;
            filled += taken;
            at += taken;
            if at == row {
                (line, at) = (line + 1, 0);
            }
        }
        *out = word;
    }
}

fn rows_of(elements: usize, row: usize) -> usize {
    assert!(row > 0 && elements.is_multiple_of(row), "{elements} elements are no rows of {row}");
    elements / row
}

/// Calls `part` with runs of rows: the first, and how many.
fn for_each_part(rows: usize, row: usize, part: impl Fn(usize, usize) + Sync + Send) {
    let each = PART.div_ceil(row);
    parallel::for_each(rows.div_ceil(each), |order| part(order * each, each.min(rows - order * each)));
}

kernel! {
    unsafe fn pack_rows(values: *const f32, row: usize, rows: usize, bits: *mut u32) = pack_body
}

kernel! {
    unsafe fn expand_rows(bits: *const u32, row: usize, rows: usize, scale: f32, values: *mut f32) = expand_body
}

#[inline(always)]
unsafe fn pack_body<V: Vector>(values: *const f32, row: usize, rows: usize, bits: *mut u32) {
    // SAFETY: the rows and their words are there.
    unsafe {
        for line in 0..rows {
            let (values, bits) = (values.add(line * row), bits.add(line * words_of(row)));
            for (word, at) in (0..row).step_by(32).enumerate() {
                let mut packed = 0;
                for from in (at..row.min(at + 32)).step_by(V::LANES) {
                    let lanes = V::LANES.min(row - from);
                    // 0 >= |x| is true of zeros alone.
                    let zeros = V::zero().at_least(V::load_up_to(values.add(from), lanes).abs());
                    packed |= (!zeros & u32::MAX >> (32 - lanes)) << (from - at);
                }
                bits.add(word).write(packed);
            }
        }
    }
}

#[inline(always)]
unsafe fn expand_body<V: Vector>(bits: *const u32, row: usize, rows: usize, scale: f32, values: *mut f32) {
    // SAFETY: the rows and their words are there.
    unsafe {
        for line in 0..rows {
            let (bits, values) = (bits.add(line * words_of(row)), values.add(line * row));
            for from in (0..row).step_by(V::LANES) {
                let spikes = V::select(bits.add(from / 32).read() >> (from % 32), V::splat(scale), V::zero());
                spikes.store_up_to(values.add(from), V::LANES.min(row - from));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::under_each_isa;

    /// Rows shorter and longer than words and vectors, and enough of them for several parts.
    const SHAPES: [(usize, usize); 9] =
        [(1, 5), (3, 1), (7, 11), (28, 28 * 50), (32, 4), (33, 9), (64, 3), (100, 1000), (784, 60)];

    fn spikes(count: usize) -> Vec<f32> {
        (0..count).map(|at| if at * at % 7 < 3 || at % 11 == 0 { 1.0 } else { 0.0 }).collect()
    }

    /// Bit by bit.
    fn packed(values: &[f32], row: usize) -> Vec<u32> {
        let mut bits = vec![0; values.len() / row * words_of(row)];
        for (at, &value) in values.iter().enumerate() {
            bits[at / row * words_of(row) + at % row / 32] |= u32::from(value != 0.0) << (at % row % 32);
        }
        bits
    }

    #[test]
    fn packing_sets_a_bit_per_spike() {
        for (row, rows) in SHAPES {
            let values = spikes(row * rows);
            under_each_isa(|isa| {
                let mut bits = vec![u32::MAX; rows * words_of(row)];
                pack(&values, row, &mut bits);
                assert!(bits == packed(&values, row), "rows of {row}, {isa:?}");
                let mut back = vec![9.0; values.len()];
                expand(&bits, row, 1.0, &mut back);
                assert!(back == values, "rows of {row}, {isa:?}");
            });
            assert_eq!(count(&packed(&values, row)), values.iter().sum::<f32>() as usize);
        }
    }

    #[test]
    fn what_is_not_zero_is_a_spike() {
        let values = [0.0, -0.0, 0.5, -1.0, f32::NAN, f32::INFINITY, f32::from_bits(1), 1e30];
        under_each_isa(|_| {
            let mut bits = [0];
            pack(&values, 8, &mut bits);
            assert_eq!(bits, [0b11111100]);
        });
    }

    #[test]
    fn expansion_scales() {
        under_each_isa(|_| {
            let mut values = [9.0; 5];
            expand(&[0b10110], 5, 0.5, &mut values);
            assert_eq!(values, [0.0, 0.5, 0.5, 0.0, 0.5]);
        });
    }

    #[test]
    fn repacking_keeps_the_order() {
        for (row, rows, new_row) in
            [(4, 6, 24), (24, 1, 4), (7, 9, 63), (5, 12, 30), (33, 64, 66), (28, 28, 784), (1, 70, 35)]
        {
            let values = spikes(row * rows);
            let mut out = vec![u32::MAX; values.len() / new_row * words_of(new_row)];
            repack(&packed(&values, row), row, new_row, &mut out);
            assert!(out == packed(&values, new_row), "from rows of {row} to rows of {new_row}");
        }
    }

    #[test]
    #[should_panic]
    fn rows_must_be_whole() {
        pack(&[0.0; 5], 2, &mut [0; 3]);
    }
}
