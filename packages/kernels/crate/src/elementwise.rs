//! Maps over whole arrays, as fast as memory.

// Bodies whose lanes the compiler makes name `V` for its instruction set alone.
#![allow(clippy::extra_unused_type_parameters)]

use crate::parallel::{Shared, for_each};
use crate::vector::Vector;
use std::sync::atomic::{AtomicBool, Ordering};

/// Elements of a part: some of the second-level cache, and much longer than a call takes to hand out.
const PART: usize = 32768;

/// sum = a + b; `None` is `sum` itself. Panics on wrong lengths.
pub fn add(a: Option<&[f32]>, b: Option<&[f32]>, sum: &mut [f32]) {
    for terms in [a, b].into_iter().flatten() {
        assert_eq!(terms.len(), sum.len(), "lengths of the terms");
    }
    parts(sum, |from, sum| {
        let [a, b] = [a, b].map(|term| term.map_or(sum.as_ptr(), |term| term[from..].as_ptr()));
        // SAFETY: the terms are as long as the sum.
        unsafe { add_part(a, b, sum.as_mut_ptr(), sum.len()) }
    });
}

/// x = factor x.
pub fn scale(x: &mut [f32], factor: f32) {
    parts(x, |_, x| {
        // SAFETY: a slice.
        unsafe { scale_part(x.as_mut_ptr(), factor, x.len()) }
    });
}

/// out = a & b, with b repeated as often as needed; a `None` is `out` itself. Panics unless b's length divides a's.
pub fn and_spikes(a: Option<&[u32]>, b: &[u32], out: &mut [u32]) {
    assert!(out.is_empty() || (!b.is_empty() && out.len().is_multiple_of(b.len())), "length of b");
    assert_eq!(a.map_or(out.len(), <[u32]>::len), out.len(), "length of a");
    parts(out, |from, out| {
        if let Some(a) = a {
            out.copy_from_slice(&a[from..from + out.len()]);
        }
        let mut at = 0;
        while at < out.len() {
            let b = &b[(from + at) % b.len()..];
            let count = b.len().min(out.len() - at);
            out[at..at + count].iter_mut().zip(b).for_each(|(out, b)| *out &= b);
            at += count;
        }
    });
}

/// Whether every value is a finite number.
pub fn is_finite(x: &[f32]) -> bool {
    let finite = AtomicBool::new(true);
    for_each(x.len().div_ceil(PART), |part| {
        let x = &x[part * PART..x.len().min((part + 1) * PART)];
        // SAFETY: a slice.
        if finite.load(Ordering::Relaxed) && !unsafe { is_finite_part(x) } {
            finite.store(false, Ordering::Relaxed);
        }
    });
    finite.into_inner()
}

/// Runs `part(from, piece)` over pieces of `values`.
fn parts<T: Send>(values: &mut [T], part: impl Fn(usize, &mut [T]) + Sync + Send) {
    let length = values.len();
    let shared = Shared::new(values);
    for_each(length.div_ceil(PART), |index| {
        let from = index * PART;
        // SAFETY: the slice outlives the loop, and pieces are disjoint.
        part(from, unsafe { shared.piece(from, PART.min(length - from)) });
    });
}

crate::kernel! {
    unsafe fn add_part(a: *const f32, b: *const f32, sum: *mut f32, length: usize) = add_body
}

#[inline(always)]
unsafe fn add_body<V: Vector>(a: *const f32, b: *const f32, sum: *mut f32, length: usize) {
    for at in (0..length).step_by(V::LANES) {
        // SAFETY: the caller's contract.
        unsafe {
            let a: V = V::load_up_to(a.add(at), length - at);
            a.add(V::load_up_to(b.add(at), length - at)).store_up_to(sum.add(at), length - at);
        }
    }
}

crate::kernel! {
    unsafe fn scale_part(x: *mut f32, factor: f32, length: usize) = scale_body
}

#[inline(always)]
unsafe fn scale_body<V: Vector>(x: *mut f32, factor: f32, length: usize) {
    for at in (0..length).step_by(V::LANES) {
        // SAFETY: the caller's contract.
        unsafe {
            let value: V = V::load_up_to(x.add(at), length - at);
            value.mul(V::splat(factor)).store_up_to(x.add(at), length - at);
        }
    }
}

crate::kernel! {
    unsafe fn is_finite_part(x: &[f32]) -> bool = is_finite_body
}

#[inline(always)]
unsafe fn is_finite_body<V: Vector>(x: &[f32]) -> bool {
    // An infinite number or NaN has all bits of the exponent set.
    const EXPONENT: u32 = 0x7f80_0000;
    x.iter().fold(0, |any, value| any | u32::from(value.to_bits() & EXPONENT == EXPONENT)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::under_each_isa;

    const LENGTHS: [usize; 9] = [0, 1, 7, 8, 16, 33, 100, PART, 2 * PART + 5];

    fn values(length: usize) -> Vec<f32> {
        (0..length).map(|at| at as f32 * 0.37 - 5.0).collect()
    }

    #[test]
    fn sums_may_take_the_place_of_their_terms() {
        under_each_isa(|_| {
            for length in LENGTHS {
                let (a, b) = (values(length), values(length).iter().map(|value| value * value).collect::<Vec<_>>());
                let expected: Vec<f32> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
                let doubled: Vec<f32> = a.iter().map(|a| a + a).collect();
                let [mut apart, mut left, mut right, mut both] = [vec![7.0; length], a.clone(), b.clone(), a.clone()];
                add(Some(&a), Some(&b), &mut apart);
                add(None, Some(&b), &mut left);
                add(Some(&a), None, &mut right);
                add(None, None, &mut both);
                assert!(apart == expected && left == expected && right == expected && both == doubled);
            }
        });
    }

    #[test]
    fn all_values_are_scaled() {
        under_each_isa(|_| {
            for length in LENGTHS {
                let mut x = values(length);
                scale(&mut x, -1.7);
                assert!(x.iter().zip(values(length)).all(|(found, value)| *found == value * -1.7));
            }
        });
    }

    #[test]
    fn the_second_operand_of_and_is_repeated() {
        for (length, period) in [(1, 1), (12, 3), (PART + 6, 7), (3 * PART, 3)] {
            let length = length / period * period;
            let a: Vec<u32> = (0..length as u32).map(|at| at.wrapping_mul(2_654_435_761)).collect();
            let b: Vec<u32> = (0..period as u32).map(|at| !(at * 77)).collect();
            let expected: Vec<u32> = a.iter().enumerate().map(|(at, a)| a & b[at % period]).collect();
            let (mut apart, mut same) = (vec![7; length], a.clone());
            and_spikes(Some(&a), &b, &mut apart);
            and_spikes(None, &b, &mut same);
            assert!(apart == expected && same == expected);
        }
    }

    #[test]
    fn one_number_that_is_not_finite_is_found_anywhere() {
        under_each_isa(|_| {
            for length in LENGTHS {
                let mut x = vec![f32::MAX; length];
                assert!(is_finite(&x));
                for at in [0, length / 2, length.saturating_sub(1)].into_iter().filter(|&at| at < length) {
                    for bad in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                        x[at] = bad;
                        assert!(!is_finite(&x), "{bad} at {at} of {length}");
                        x[at] = f32::MIN_POSITIVE / 2.0;
                    }
                }
            }
        });
    }
}
