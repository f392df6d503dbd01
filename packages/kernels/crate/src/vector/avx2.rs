use super::Vector;
use std::arch::x86_64::*;

/// Eight lanes of AVX2 with fused multiply-add.
#[derive(Clone, Copy)]
pub struct Avx2(__m256);

// SAFETY of all blocks: the trait's contract, that the instruction set is present and pointers are valid for all lanes.
impl Vector for Avx2 {
    const LANES: usize = 8;
    type Doubles = [__m256d; 2];

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm256_set1_ps(value) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the trait's contract; the load is unaligned.
        Self(unsafe { _mm256_loadu_ps(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the trait's contract; the store is unaligned.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm256_sub_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm256_mul_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm256_div_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm256_max_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm256_min_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn sqrt(self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm256_sqrt_ps(self.0) })
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm256_fmadd_ps(self.0, factor.0, addend.0) })
    }
    #[inline(always)]
    unsafe fn abs(self) -> Self {
        // SAFETY: the trait's contract.
        Self(unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0) })
    }
    #[inline(always)]
    unsafe fn at_least(self, other: Self) -> u32 {
        // SAFETY: the trait's contract.
        unsafe { _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GE_OQ>(self.0, other.0)) as u32 }
    }
    #[inline(always)]
    unsafe fn select(bits: u32, one: Self, zero: Self) -> Self {
        // SAFETY: the trait's contract.
        unsafe {
            let lanes = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
            let set = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32(bits as i32), lanes), lanes);
            Self(_mm256_blendv_ps(zero.0, one.0, _mm256_castsi256_ps(set)))
        }
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        // SAFETY: the trait's contract.
        unsafe {
            let four = _mm_add_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }
    #[inline(always)]
    unsafe fn zip(self, other: Self) -> (Self, Self) {
        // SAFETY: the trait's contract.
        unsafe {
            let (low, high) = (_mm256_unpacklo_ps(self.0, other.0), _mm256_unpackhi_ps(self.0, other.0));
            (Self(_mm256_permute2f128_ps::<0x20>(low, high)), Self(_mm256_permute2f128_ps::<0x31>(low, high)))
        }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, part: usize) -> Self {
        // SAFETY: only the lanes of the mask are read.
        unsafe {
            let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
            Self(_mm256_maskload_ps(from, _mm256_cmpgt_epi32(_mm256_set1_epi32(part as i32), lanes)))
        }
    }
    #[inline(always)]
    unsafe fn double_zero() -> Self::Doubles {
        // SAFETY: the trait's contract.
        unsafe { [_mm256_setzero_pd(); 2] }
    }
    #[inline(always)]
    unsafe fn double_mul_add(self, factor: Self, addend: Self::Doubles) -> Self::Doubles {
        // SAFETY: the trait's contract.
        unsafe {
            let halves = |of: __m256| {
                [_mm256_cvtps_pd(_mm256_castps256_ps128(of)), _mm256_cvtps_pd(_mm256_extractf128_ps::<1>(of))]
            };
            let (own, factor) = (halves(self.0), halves(factor.0));
            [_mm256_fmadd_pd(own[0], factor[0], addend[0]), _mm256_fmadd_pd(own[1], factor[1], addend[1])]
        }
    }
    #[inline(always)]
    unsafe fn double_store(from: Self::Doubles, to: *mut f64) {
        // SAFETY: the trait's contract; the stores are unaligned.
        unsafe {
            _mm256_storeu_pd(to, from[0]);
            _mm256_storeu_pd(to.add(4), from[1]);
        }
    }
}
