use super::Vector;

/// Eight lanes as an array: the compiler makes NEON of it on ARM, SSE2 on x86.
#[derive(Clone, Copy)]
#[repr(align(16))]
pub struct Portable([f32; 8]);

/// One value per lane. Written out, for the compiler makes vectors of it only so, not of `std::array::from_fn`.
#[inline(always)]
fn lanes<T>(mut of: impl FnMut(usize) -> T) -> [T; 8] {
    [of(0), of(1), of(2), of(3), of(4), of(5), of(6), of(7)]
}

#[inline(always)]
fn map(of: impl FnMut(usize) -> f32) -> Portable {
    Portable(lanes(of))
}

impl Vector for Portable {
    const LANES: usize = 8;
    type Doubles = [f64; 8];

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 8])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the trait's contract; reads are unaligned.
        Self(unsafe { from.cast::<[f32; 8]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the trait's contract; writes are unaligned.
        unsafe { to.cast::<[f32; 8]>().write_unaligned(self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        map(|lane| self.0[lane] + other.0[lane])
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        map(|lane| self.0[lane] - other.0[lane])
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        map(|lane| self.0[lane] * other.0[lane])
    }
    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        map(|lane| self.0[lane] / other.0[lane])
    }
    #[inline(always)]
    unsafe fn sqrt(self) -> Self {
        map(|lane| self.0[lane].sqrt())
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        map(|lane| if self.0[lane] > other.0[lane] { self.0[lane] } else { other.0[lane] })
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        map(|lane| if self.0[lane] < other.0[lane] { self.0[lane] } else { other.0[lane] })
    }
    #[inline(always)]
    unsafe fn abs(self) -> Self {
        map(|lane| self.0[lane].abs())
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self {
        // Without fused hardware, `f32::mul_add` would be a call of libm per lane.
        map(|lane| {
            if cfg!(target_arch = "aarch64") {
                self.0[lane].mul_add(factor.0[lane], addend.0[lane])
            } else {
                self.0[lane] * factor.0[lane] + addend.0[lane]
            }
        })
    }
    #[inline(always)]
    unsafe fn at_least(self, other: Self) -> u32 {
        let [a, b, c, d, e, f, g, h] = lanes(|lane| u32::from(self.0[lane] >= other.0[lane]) << lane);
        ((a | e) | (c | g)) | ((b | f) | (d | h))
    }
    #[inline(always)]
    unsafe fn select(bits: u32, one: Self, zero: Self) -> Self {
        map(|lane| if bits & 1 << lane != 0 { one.0[lane] } else { zero.0[lane] })
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
    #[inline(always)]
    unsafe fn zip(self, other: Self) -> (Self, Self) {
        let turn = |lane: usize| if lane.is_multiple_of(2) { self.0[lane / 2] } else { other.0[lane / 2] };
        (map(turn), map(|lane| turn(lane + 8)))
    }
    #[inline(always)]
    unsafe fn double_zero() -> Self::Doubles {
        [0.0; 8]
    }
    #[inline(always)]
    unsafe fn double_mul_add(self, factor: Self, addend: Self::Doubles) -> Self::Doubles {
        // The product is exact, so that fusing would change nothing.
        lanes(|lane| f64::from(self.0[lane]) * f64::from(factor.0[lane]) + addend[lane])
    }
    #[inline(always)]
    unsafe fn double_store(from: Self::Doubles, to: *mut f64) {
        // SAFETY: the trait's contract; writes are unaligned.
        unsafe { to.cast::<[f64; 8]>().write_unaligned(from) }
    }
}
