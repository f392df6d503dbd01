//! Spikes as a matrix of bits, of which both the rows and, transposed, the columns can be walked.

use crate::geometry::Geometry;
use crate::kernel;
use crate::spikes::words_of;
use crate::vector::Vector;
use std::ops::Range;

/// Bits `[rows, columns]`; a row begins with a word of its own, and its unused bits are 0.
pub struct BitMatrix {
    pub rows: usize,
    pub columns: usize,
    bits: Vec<u32>,
}

impl BitMatrix {
    /// The rows of some examples of a linear layer: `[images, features]`.
    pub fn of_features(geometry: &Geometry, bits: &[u32], images: Range<usize>) -> Self {
        let words = words_of(geometry.channels_in);
        Self {
            rows: images.len(),
            columns: geometry.channels_in,
            bits: bits[images.start * words..images.end * words].to_vec(),
        }
    }

    /// The pixels of some rows of some images, channel by channel: `[channels, images x rows x width]`.
    pub fn of_channels(geometry: &Geometry, bits: &[u32], images: Range<usize>, rows: Range<usize>) -> Self {
        let (width, words) = (geometry.width, words_of(geometry.width));
        let columns = images.len() * rows.len() * width;
        let mut matrix = vec![0; geometry.channels_in * words_of(columns)];
        for (channel, to) in matrix.chunks_exact_mut(words_of(columns).max(1)).enumerate() {
            let mut end = 0;
            for image in images.clone() {
                let plane = (image * geometry.channels_in + channel) * geometry.height;
                let plane = &bits[(plane + rows.start) * words..(plane + rows.end) * words];
                if width % 32 == 0 {
                    to[end / 32..][..plane.len()].copy_from_slice(plane);
                    end += plane.len() * 32;
                } else {
                    end = append(plane, width, to, end);
                }
            }
        }
        Self { rows: geometry.channels_in, columns, bits: matrix }
    }

    pub fn row(&self, row: usize) -> &[u32] {
        let words = words_of(self.columns);
        &self.bits[row * words..(row + 1) * words]
    }

    /// How many bits are set.
    pub fn count(&self) -> usize {
        crate::spikes::count(&self.bits)
    }

    pub fn transposed(&self) -> Self {
        let mut bits = vec![0; self.columns * words_of(self.rows)];
        // SAFETY: both arrays have the extents of their matrices.
        unsafe { transpose(self.bits.as_ptr(), self.rows, self.columns, bits.as_mut_ptr()) };
        Self { rows: self.columns, columns: self.rows, bits }
    }
}

/// Writes rows of `width` bits one right after another from bit `end` on; returns the bit after the last.
fn append(rows: &[u32], width: usize, to: &mut [u32], end: usize) -> usize {
    let (mut word, mut filled) = (end / 32, end % 32);
    let mut pending = if filled > 0 { u64::from(to[word]) } else { 0 };
    let mut push = |bits: u32, length| {
        pending |= u64::from(bits) << filled;
        filled += length;
        if filled >= 32 {
            to[word] = pending as u32;
            word += 1;
            pending >>= 32;
            filled -= 32;
        }
    };
    if width < 32 {
        rows.iter().for_each(|&bits| push(bits, width));
    } else {
        for row in rows.chunks_exact(words_of(width)) {
            let (last, whole) = row.split_last().expect("a row has a word");
            whole.iter().for_each(|&bits| push(bits, 32));
            push(*last, width % 32);
        }
    }
    if filled > 0 {
        to[word] = pending as u32;
    }
    word * 32 + filled
}

kernel! {
    unsafe fn transpose(from: *const u32, rows: usize, columns: usize, to: *mut u32) = transpose_body
}

#[inline(always)]
#[expect(clippy::extra_unused_type_parameters, reason = "compiled for each instruction set, though no floats are here")]
unsafe fn transpose_body<V: Vector>(from: *const u32, rows: usize, columns: usize, to: *mut u32) {
    let (from_words, to_words) = (words_of(columns), words_of(rows));
    for to_word in 0..to_words {
        let tall = (rows - to_word * 32).min(32);
        for from_word in 0..from_words {
            let wide = (columns - from_word * 32).min(32);
            let mut block = [0u32; 32];
            // SAFETY: rows below `rows`, words below the words of a row, on both sides.
            unsafe {
                for row in 0..tall {
                    block[row] = *from.add((to_word * 32 + row) * from_words + from_word);
                }
                transpose_block(&mut block);
                for row in 0..wide {
                    *to.add((from_word * 32 + row) * to_words + to_word) = block[row];
                }
            }
        }
    }
}

/// Warren, Hacker's Delight, 2nd edition, section 7-3: squares of halving size change places across the diagonal.
#[inline(always)]
fn transpose_block(block: &mut [u32; 32]) {
    let mut mask = 0x0000_ffffu32;
    let mut side = 16;
    while side > 0 {
        for pair in 0..16 {
            let low = pair / side * side * 2 + pair % side;
            let swapped = (block[low] >> side ^ block[low + side]) & mask;
            block[low] ^= swapped << side;
            block[low + side] ^= swapped;
        }
        side /= 2;
        mask ^= mask << side;
    }
}
