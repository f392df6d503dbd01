use crate::vector::Vector;
use std::f64::consts::{FRAC_PI_2, LN_2, LOG2_E};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Atan,
    Sigmoid,
    Triangle,
}

/// What stands for the derivative of the step function at x = H - threshold; `alpha` is its sharpness.
#[derive(Clone, Copy, Debug)]
pub struct Surrogate {
    pub kind: Kind,
    pub alpha: f64,
}

/// A surrogate derivative with its constants rounded:
///
/// ```text
/// atan       (a/2) / (1 + (pi/2 a x)^2)
/// sigmoid    a e / (1 + e)^2,  e = exp(-a |x|)       = a s (1 - s) without its cancellation
/// triangle   max(0, a - a^2 |x|)
/// ```
#[derive(Clone, Copy)]
pub enum Slope {
    Atan { half: f32, scale: f32 },
    Sigmoid { alpha: f32 },
    Triangle { alpha: f32, square: f32 },
}

impl Slope {
    pub fn new(surrogate: &Surrogate) -> Self {
        let alpha = surrogate.alpha;
        match surrogate.kind {
            Kind::Atan => Self::Atan { half: (alpha / 2.0) as f32, scale: (FRAC_PI_2 * alpha) as f32 },
            Kind::Sigmoid => Self::Sigmoid { alpha: alpha as f32 },
            Kind::Triangle => Self::Triangle { alpha: alpha as f32, square: (alpha * alpha) as f32 },
        }
    }

    /// # Safety
    /// The instruction set of `V` is present.
    #[inline(always)]
    pub unsafe fn at<V: Vector>(&self, x: V) -> V {
        // SAFETY: the caller's contract.
        unsafe {
            match *self {
                Self::Atan { half, scale } => {
                    let x = x.mul(V::splat(scale));
                    V::splat(half).div(V::splat(1.0).add(x.mul(x)))
                }
                Self::Sigmoid { alpha } => {
                    let e = exp(V::zero().sub(x.mul(V::splat(alpha)).abs()));
                    let one = e.add(V::splat(1.0));
                    e.mul(V::splat(alpha)).div(one.mul(one))
                }
                Self::Triangle { alpha, square } => V::splat(alpha).sub(x.abs().mul(V::splat(square))).max(V::zero()),
            }
        }
    }
}

/// exp(x) for x <= 0, within two units in the last place; from the smallest normal number on it stays there.
///
/// exp(x) = 2^n exp(r) with n the integer nearest x / ln 2 and |r| <= ln 2 / 2, exp(r) by its series.
///
/// # Safety
/// The instruction set of `V` is present.
#[inline(always)]
unsafe fn exp<V: Vector>(x: V) -> V {
    /// Added to a number of small magnitude, it leaves the nearest integer in the low bits.
    const ROUND: f32 = 12_582_912.0;
    /// With n it multiplies without rounding.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = (LN_2 - LN_2_HIGH as f64) as f32;
    const SERIES: [f32; 6] = [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let mut lanes = [0.0f32; 16];
    // SAFETY: the buffer holds the widest vector; the rest is the caller's contract.
    unsafe {
        let x = x.max(V::splat(-87.0));
        let shifted = x.mul_add(V::splat(LOG2_E as f32), V::splat(ROUND));
        let n = shifted.sub(V::splat(ROUND));
        let r = n.mul_add(V::splat(-LN_2_LOW), n.mul_add(V::splat(-LN_2_HIGH), x));
        let mut sum = V::splat(1.0 / 720.0);
        for coefficient in SERIES {
            sum = sum.mul_add(r, V::splat(coefficient));
        }
        shifted.store(lanes.as_mut_ptr());
        for lane in &mut lanes[..V::LANES] {
            *lane = f32::from_bits(lane.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23);
        }
        sum.mul(V::load(lanes.as_ptr()))
    }
}
