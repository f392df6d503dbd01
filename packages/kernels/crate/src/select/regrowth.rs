//! What a step does to masked weights, and which come back.

use super::PART;
use super::tail::pad;
use crate::kernel;
use crate::parallel::{self, Shared};
use crate::spikes::words_of;
use crate::vector::Vector;
use rayon::prelude::*;

/// Where the mask is 0, w becomes w * factor. Panics when the mask has not a bit for each weight.
pub fn shrink_masked(weights: &mut [f32], mask: &[u32], factor: f32) {
    assert_eq!(mask.len(), words_of(weights.len()));
    let length = weights.len();
    let weights = Shared::new(weights);
    parallel::for_each(length.div_ceil(PART), |part| {
        let from = part * PART;
        // SAFETY: parts do not overlap.
        let weights = unsafe { weights.piece(from, PART.min(length - from)) };
        // SAFETY: the mask has a bit for each weight, from this word on for those of this part.
        unsafe { shrink(weights.as_mut_ptr(), weights.len(), mask.as_ptr().add(from / 32), factor) };
    });
}

/// How many bits are set that were not set before. Panics on different lengths.
pub fn count_regrown(mask: &[u32], before: &[u32]) -> usize {
    assert_eq!(mask.len(), before.len());
    let regrown = |(now, before): (&[u32], &[u32])| -> usize {
        now.iter().zip(before).map(|(now, before)| (now & !before).count_ones() as usize).sum()
    };
    mask.par_chunks(PART).zip(before.par_chunks(PART)).map(regrown).sum()
}

kernel! {
    unsafe fn shrink(weights: *mut f32, length: usize, mask: *const u32, factor: f32) = shrink_body
}

#[inline(always)]
unsafe fn shrink_body<V: Vector>(weights: *mut f32, length: usize, mask: *const u32, factor: f32) {
    let whole = length - length % 32;
    // SAFETY: all that is read and written lies within `length`.
    unsafe {
        for at in (0..whole).step_by(32) {
            shrink_word::<V>(weights.add(at), mask.add(at / 32).read(), factor);
        }
        if whole < length {
            let mut rest = pad(weights.add(whole), length - whole);
            shrink_word::<V>(rest.as_mut_ptr(), mask.add(whole / 32).read(), factor);
            std::ptr::copy_nonoverlapping(rest.as_ptr(), weights.add(whole), length - whole);
        }
    }
}

#[inline(always)]
unsafe fn shrink_word<V: Vector>(weights: *mut f32, kept: u32, factor: f32) {
    // SAFETY: 32 weights are read and written.
    unsafe {
        for from in (0..32).step_by(V::LANES) {
            // A factor of 1 instead of a choice of values: compilers make a masked store of that, which is slow on AVX2.
            let factors = V::select(kept >> from, V::splat(1.0), V::splat(factor));
            V::load(weights.add(from)).mul(factors).store(weights.add(from));
        }
    }
}
