use crate::parallel::{Shared, for_each};

/// Words of a mask that one part of a parallel loop reads.
const PART: usize = 1 << 12;

/// The indices of the bits that are set, ascending, of a mask of `size` bits.
pub fn indices(mask: &[u32], size: usize) -> Vec<u32> {
    assert_eq!(mask.len(), size.div_ceil(32), "words of the mask");
    let parts = mask.len().div_ceil(PART);
    let words = |part: usize| &mask[part * PART..mask.len().min((part + 1) * PART)];

    let mut starts = vec![0usize; parts + 1];
    let counts = Shared::new(&mut starts);
    for_each(parts, |part| {
        // SAFETY: one element per part.
        let count = unsafe { counts.piece(part + 1, 1) };
        count[0] = words(part).iter().map(|word| word.count_ones() as usize).sum();
    });
    for part in 0..parts {
        starts[part + 1] += starts[part];
    }

    let mut indices = vec![0u32; starts[parts]];
    let shared = Shared::new(&mut indices);
    for_each(parts, |part| {
        // SAFETY: the counts of the parts before keep the pieces apart.
        let piece = unsafe { shared.piece(starts[part], starts[part + 1] - starts[part]) };
        list_bits(words(part), (part * PART * 32) as u32, piece);
    });
    // The bits after the last weight mean nothing.
    indices.truncate(indices.partition_point(|&index| (index as usize) < size));
    indices
}

/// The indices of the bits that are set, the first bit of all having index `first`.
fn list_bits(words: &[u32], first: u32, indices: &mut [u32]) {
    #[cfg(target_arch = "x86_64")]
    if crate::vector::isa() == crate::vector::Isa::Avx512 {
        // SAFETY: there is AVX-512.
        return unsafe { list_bits_wide(words, first, indices) };
    }
    let mut free = indices.iter_mut();
    for (word, &bits) in words.iter().enumerate() {
        let mut bits = bits;
        while bits != 0 {
            if let Some(index) = free.next() {
                *index = first + (word * 32) as u32 + bits.trailing_zeros();
            }
            bits &= bits - 1;
        }
    }
}

/// Sixteen bits at a time, without a branch that depends on how many are set.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,popcnt")]
fn list_bits_wide(words: &[u32], first: u32, indices: &mut [u32]) {
    use std::arch::x86_64::*;
    let lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let mut at = 0;
    for (word, &bits) in words.iter().enumerate() {
        if bits == 0 {
            continue;
        }
        for half in 0..2 {
            let set = (bits >> (16 * half)) as u16;
            let here = _mm512_add_epi32(lanes, _mm512_set1_epi32((first + (word * 32) as u32 + 16 * half) as i32));
            let found = _mm512_maskz_compress_epi32(set, here);
            let count = set.count_ones() as usize;
            let room = &mut indices[at..];
            // SAFETY: all lanes are stored only where there is room for them, and else the bits that are set, for which
            // there is by their count.
            unsafe {
                if room.len() >= 16 {
                    _mm512_storeu_si512(room.as_mut_ptr().cast(), found);
                } else {
                    let some = &mut room[..count];
                    _mm512_mask_storeu_epi32(some.as_mut_ptr().cast(), ((1u32 << count) - 1) as u16, found);
                }
            }
            at += count;
        }
    }
}
