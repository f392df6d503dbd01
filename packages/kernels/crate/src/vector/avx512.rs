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
    #[inline(always)]
    unsafe fn transpose(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        // SAFETY: the trait's contract, for every row of both squares.
        unsafe {
            let mut rows: [__m512; 16] = std::array::from_fn(|row| _mm512_loadu_ps(from.add(row * from_stride)));
            // Within 128-bit quarters: four rows become a 4 x 4 transpose.
            for four in [0, 4, 8, 12] {
                let [a, b, c, d] = [rows[four], rows[four + 1], rows[four + 2], rows[four + 3]];
                let [ab, cd] = [_mm512_unpacklo_ps(a, b), _mm512_unpacklo_ps(c, d)].map(|x| _mm512_castps_pd(x));
                rows[four] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd));
                rows[four + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd));
                let [ab, cd] = [_mm512_unpackhi_ps(a, b), _mm512_unpackhi_ps(c, d)].map(|x| _mm512_castps_pd(x));
                rows[four + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd));
                rows[four + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd));
            }
            // Then the quarters themselves are a 4 x 4 matrix.
            for row in 0..4 {
                let [a, b, c, d] = [rows[row], rows[row + 4], rows[row + 8], rows[row + 12]];
                let [even_ab, odd_ab] = [_mm512_shuffle_f32x4::<0x88>(a, b), _mm512_shuffle_f32x4::<0xdd>(a, b)];
                let [even_cd, odd_cd] = [_mm512_shuffle_f32x4::<0x88>(c, d), _mm512_shuffle_f32x4::<0xdd>(c, d)];
                let quarters = [
                    _mm512_shuffle_f32x4::<0x88>(even_ab, even_cd),
                    _mm512_shuffle_f32x4::<0x88>(odd_ab, odd_cd),
                    _mm512_shuffle_f32x4::<0xdd>(even_ab, even_cd),
                    _mm512_shuffle_f32x4::<0xdd>(odd_ab, odd_cd),
                ];
                for (quarter, column) in quarters.into_iter().enumerate() {
                    _mm512_storeu_ps(to.add((quarter * 4 + row) * to_stride), column);
                }
            }
        }
    }
}
