use super::Vector;
use std::arch::x86_64::*;

/// Sixteen lanes of AVX-512.
#[derive(Clone, Copy)]
pub struct Avx512(__m512);

// SAFETY of all blocks: the trait's contract, that the instruction set is present and pointers are valid for all lanes.
impl Vector for Avx512 {
    const LANES: usize = 16;
    type Doubles = [__m512d; 2];

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_set1_ps(value) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the trait's contract; the load is unaligned.
        Self(unsafe { _mm512_loadu_ps(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the trait's contract; the store is unaligned.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_sub_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_mul_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_div_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_max_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_min_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn sqrt(self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_sqrt_ps(self.0) })
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_fmadd_ps(self.0, factor.0, addend.0) })
    }
    #[inline(always)]
    unsafe fn abs(self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_abs_ps(self.0) })
    }
    #[inline(always)]
    unsafe fn at_least(self, other: Self) -> u32 {
        // SAFETY: the trait's contract.
        unsafe { u32::from(_mm512_cmp_ps_mask::<_CMP_GE_OQ>(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn select(bits: u32, one: Self, zero: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm512_mask_blend_ps(bits as u16, zero.0, one.0) })
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        // SAFETY: the trait's contract.
        unsafe { _mm512_reduce_add_ps(self.0) }
    }
    #[inline(always)]
    unsafe fn zip(self, other: Self) -> (Self, Self) {
        // SAFETY: the trait's contract.
        unsafe {
            let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            let high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
            (Self(_mm512_permutex2var_ps(self.0, low, other.0)), Self(_mm512_permutex2var_ps(self.0, high, other.0)))
        }
    }
    #[inline(always)]
    unsafe fn double_zero() -> Self::Doubles {
        // SAFETY: the trait's contract.
        unsafe { [_mm512_setzero_pd(); 2] }
    }
    #[inline(always)]
    unsafe fn double_mul_add(self, factor: Self, addend: Self::Doubles) -> Self::Doubles {
        // SAFETY: the trait's contract.
        unsafe {
            let halves = |of: __m512| {
                [_mm512_cvtps_pd(_mm512_castps512_ps256(of)), _mm512_cvtps_pd(_mm512_extractf32x8_ps::<1>(of))]
            };
            let (own, factor) = (halves(self.0), halves(factor.0));
            [_mm512_fmadd_pd(own[0], factor[0], addend[0]), _mm512_fmadd_pd(own[1], factor[1], addend[1])]
        }
    }
    #[inline(always)]
    unsafe fn double_store(from: Self::Doubles, to: *mut f64) {
        // SAFETY: the trait's contract; the stores are unaligned.
        unsafe {
            _mm512_storeu_pd(to, from[0]);
            _mm512_storeu_pd(to.add(8), from[1]);
        }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, part: usize) -> Self {
        // SAFETY: only the lanes of the mask are read.
        Self(unsafe { _mm512_maskz_loadu_ps(((1u32 << part) - 1) as u16, from) })
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, part: usize) {
        // SAFETY: only the lanes of the mask are written.
        unsafe { _mm512_mask_storeu_ps(to, ((1u32 << part) - 1) as u16, self.0) }
    }
    #[inline(always)]
    unsafe fn load_lanes(from: *const f32, bits: u32) -> Self {
        // SAFETY: only the lanes of the mask are read.
        Self(unsafe { _mm512_maskz_loadu_ps(bits as u16, from) })
    }
    #[inline(always)]
    unsafe fn store_lanes(self, to: *mut f32, bits: u32) {
        // SAFETY: only the lanes of the mask are written.
        unsafe { _mm512_mask_storeu_ps(to, bits as u16, self.0) }
    }
}
