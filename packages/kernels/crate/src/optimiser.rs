//! The descent of dense weights: one pass over weights, moments and gradient, in place. No product is fused with its sum, so
//! that results are the same bits on every instruction set.

use crate::kernel;
use crate::parallel::{self, Shared};
use crate::vector::Vector;

/// Weights of a part.
const PART: usize = 1 << 14;

/// One step of Adam: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, w -= rate m / (sqrt(v) + epsilon).
#[derive(Clone, Copy, Debug)]
pub struct Adam {
    pub beta1: f64,
    pub beta2: f64,
    /// lr sqrt(1 - b2^t) / (1 - b1^t)
    pub rate: f64,
    /// Times sqrt(1 - b2^t).
    pub epsilon: f64,
}

/// One step of momentum: m = momentum m + g, w -= rate m.
#[derive(Clone, Copy, Debug)]
pub struct Sgd {
    pub momentum: f64,
    pub rate: f64,
}

/// Panics when the lengths differ.
pub fn adam(step: Adam, weights: &mut [f32], first: &mut [f32], second: &mut [f32], gradient: &[f32]) {
    let length = weights.len();
    assert!(first.len() == length && second.len() == length && gradient.len() == length);
    let (weights, first, second) = (Shared::new(weights), Shared::new(first), Shared::new(second));
    parallel::for_each(length.div_ceil(PART), |part| {
        let from = part * PART;
        let count = PART.min(length - from);
        // SAFETY: parts do not overlap.
        let pieces = unsafe { [weights.piece(from, count), first.piece(from, count), second.piece(from, count)] };
        let [weights, first, second] = pieces.map(|piece| piece.as_mut_ptr());
        // SAFETY: all are of `count` numbers.
        unsafe { adam_part(step, count, weights, first, second, gradient[from..].as_ptr()) };
    });
}

/// Panics when the lengths differ.
pub fn sgd(step: Sgd, weights: &mut [f32], first: &mut [f32], gradient: &[f32]) {
    let length = weights.len();
    assert!(first.len() == length && gradient.len() == length);
    let (weights, first) = (Shared::new(weights), Shared::new(first));
    parallel::for_each(length.div_ceil(PART), |part| {
        let from = part * PART;
        let count = PART.min(length - from);
        // SAFETY: parts do not overlap.
        let [weights, first] = unsafe { [weights.piece(from, count), first.piece(from, count)] };
        // SAFETY: all are of `count` numbers.
        unsafe { sgd_part(step, count, weights.as_mut_ptr(), first.as_mut_ptr(), gradient[from..].as_ptr()) };
    });
}

kernel! {
    unsafe fn adam_part(step: Adam, length: usize, weights: *mut f32, first: *mut f32, second: *mut f32, gradient: *const f32) = adam_body
}

kernel! {
    unsafe fn sgd_part(step: Sgd, length: usize, weights: *mut f32, first: *mut f32, gradient: *const f32) = sgd_body
}

#[inline(always)]
unsafe fn adam_body<V: Vector>(
    step: Adam,
    length: usize,
    weights: *mut f32,
    first: *mut f32,
    second: *mut f32,
    gradient: *const f32,
) {
    let whole = length - length % V::LANES;
    // SAFETY: all that is read and written lies within `length`.
    unsafe {
        let adam = AdamLanes::<V>::of(step);
        for at in (0..whole).step_by(V::LANES) {
            let (m, v) = (V::load(first.add(at)), V::load(second.add(at)));
            let (w, m, v) = adam.step(V::load(weights.add(at)), m, v, V::load(gradient.add(at)));
            w.store(weights.add(at));
            m.store(first.add(at));
            v.store(second.add(at));
        }
        let rest = length - whole;
        if rest > 0 {
            let (m, v) = (V::load_part(first.add(whole), rest), V::load_part(second.add(whole), rest));
            let (w, g) = (V::load_part(weights.add(whole), rest), V::load_part(gradient.add(whole), rest));
            let (w, m, v) = adam.step(w, m, v, g);
            w.store_part(weights.add(whole), rest);
            m.store_part(first.add(whole), rest);
            v.store_part(second.add(whole), rest);
        }
    }
}

/// The step's constants, rounded to floats as late as tensors of floats would round them.
#[derive(Clone, Copy)]
pub(crate) struct AdamLanes<V> {
    beta1: V,
    rest1: V,
    beta2: V,
    rest2: V,
    rate: V,
    epsilon: V,
}

impl<V: Vector> AdamLanes<V> {
    #[inline(always)]
    pub(crate) unsafe fn of(step: Adam) -> Self {
        // SAFETY: the caller's contract.
        let splat = |value: f64| unsafe { V::splat(value as f32) };
        Self {
            beta1: splat(step.beta1),
            rest1: splat(1.0 - step.beta1),
            beta2: splat(step.beta2),
            rest2: splat(1.0 - step.beta2),
            rate: splat(step.rate),
            epsilon: splat(step.epsilon),
        }
    }

    #[inline(always)]
    pub(crate) unsafe fn step(&self, w: V, m: V, v: V, g: V) -> (V, V, V) {
        // SAFETY: the caller's contract.
        unsafe {
            let m = m.mul(self.beta1).add(g.mul(self.rest1));
            let v = v.mul(self.beta2).add(g.mul(g).mul(self.rest2));
            (w.sub(m.div(v.sqrt().add(self.epsilon)).mul(self.rate)), m, v)
        }
    }
}

#[inline(always)]
unsafe fn sgd_body<V: Vector>(step: Sgd, length: usize, weights: *mut f32, first: *mut f32, gradient: *const f32) {
    let whole = length - length % V::LANES;
    // SAFETY: all that is read and written lies within `length`.
    unsafe {
        let (momentum, rate) = (V::splat(step.momentum as f32), V::splat(step.rate as f32));
        for at in (0..whole).step_by(V::LANES) {
            let m = V::load(first.add(at)).mul(momentum).add(V::load(gradient.add(at)));
            V::load(weights.add(at)).sub(m.mul(rate)).store(weights.add(at));
            m.store(first.add(at));
        }
        let rest = length - whole;
        if rest > 0 {
            let m = V::load_part(first.add(whole), rest).mul(momentum).add(V::load_part(gradient.add(whole), rest));
            V::load_part(weights.add(whole), rest).sub(m.mul(rate)).store_part(weights.add(whole), rest);
            m.store_part(first.add(whole), rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::under_each_isa;

    const STEP: Adam = Adam { beta1: 0.9, beta2: 0.999, rate: 1.3e-3, epsilon: 3e-9 };

    fn numbers(seed: usize, length: usize) -> Vec<f32> {
        (0..length).map(|at| ((seed + at * 37) % 101) as f32 / 50.0 - 1.0).collect()
    }

    #[test]
    fn adam_is_its_formula() {
        for length in [0, 1, 7, 33, 1000, PART + 3, 3 * PART] {
            let (weights, first, gradient) = (numbers(1, length), numbers(2, length), numbers(3, length));
            let second: Vec<f32> = numbers(4, length).iter().map(|v| v * v).collect();
            let mut expected = (weights.clone(), first.clone(), second.clone());
            for at in 0..length {
                let g = gradient[at];
                let m = first[at] * 0.9 + g * (1.0f64 - 0.9) as f32;
                let v = second[at] * 0.999 + g * g * (1.0f64 - 0.999) as f32;
                (expected.1[at], expected.2[at]) = (m, v);
                expected.0[at] -= m / (v.sqrt() + 3e-9) * 1.3e-3;
            }
            under_each_isa(|isa| {
                let mut found = (weights.clone(), first.clone(), second.clone());
                adam(STEP, &mut found.0, &mut found.1, &mut found.2, &gradient);
                assert!(found == expected, "{length} weights, {isa:?}");
            });
        }
    }

    #[test]
    fn sgd_is_its_formula() {
        for length in [0, 1, 7, 33, 1000, PART + 3, 3 * PART] {
            let (weights, first, gradient) = (numbers(1, length), numbers(2, length), numbers(3, length));
            let moments: Vec<f32> = first.iter().zip(&gradient).map(|(m, g)| m * 0.9 + g).collect();
            let moved: Vec<f32> = weights.iter().zip(&moments).map(|(w, m)| w - m * 0.1).collect();
            under_each_isa(|isa| {
                let mut found = (weights.clone(), first.clone());
                sgd(Sgd { momentum: 0.9, rate: 0.1 }, &mut found.0, &mut found.1, &gradient);
                assert!(found == (moved.clone(), moments.clone()), "{length} weights, {isa:?}");
            });
        }
    }

    #[test]
    #[should_panic]
    fn lengths_must_agree() {
        adam(STEP, &mut [0.0; 3], &mut [0.0; 3], &mut [0.0; 2], &[0.0; 3]);
    }
}
