use super::{Model, Neuron, Reset};
use crate::vector::Vector;

/// What the input adds to the potential.
#[derive(Clone, Copy)]
enum Charge {
    Whole,
    Times(f32),
    Over(f32),
}

/// Charge, fire and reset of one step.
#[derive(Clone, Copy)]
pub struct Dynamics {
    charge: Charge,
    reset: Reset,
    pub rest: f32,
    pub threshold: f32,
}

impl Dynamics {
    pub fn new(neuron: &Neuron, decay: f32) -> Self {
        let charge = match neuron.model {
            Model::If => Charge::Whole,
            Model::Plif => Charge::Times(decay),
            // The reciprocal of a power of two is exact, and multiplying by it rounds as the division does.
            Model::Lif if neuron.tau.to_bits() << 9 == 0 => Charge::Times(1.0 / neuron.tau),
            Model::Lif => Charge::Over(neuron.tau),
        };
        Self { charge, reset: neuron.reset, rest: neuron.reset_to, threshold: neuron.threshold }
    }

    /// H of the potential V and the input X.
    ///
    /// # Safety
    /// The instruction set of `V` is present, here and below.
    #[inline(always)]
    pub unsafe fn charge<V: Vector>(&self, potential: V, input: V) -> V {
        // SAFETY: the caller's contract.
        unsafe {
            let pull = || input.sub(potential.sub(V::splat(self.rest)));
            match self.charge {
                Charge::Whole => potential.add(input),
                Charge::Times(factor) => potential.add(pull().mul(V::splat(factor))),
                Charge::Over(tau) => potential.add(pull().div(V::splat(tau))),
            }
        }
    }

    /// Bit `i`: whether lane `i` fires.
    #[inline(always)]
    pub unsafe fn fire<V: Vector>(&self, membrane: V) -> u32 {
        // SAFETY: the caller's contract.
        unsafe { membrane.at_least(V::splat(self.threshold)) }
    }

    /// The potential that H and its spikes leave.
    #[inline(always)]
    pub unsafe fn reset<V: Vector>(&self, membrane: V, fired: u32) -> V {
        // SAFETY: the caller's contract.
        unsafe {
            match self.reset {
                Reset::Zero => V::select(fired, V::splat(self.rest), membrane),
                Reset::Subtract => V::select(fired, membrane.sub(V::splat(self.threshold)), membrane),
            }
        }
    }

    /// dV/dH with S held constant, times the gradient to V.
    #[inline(always)]
    pub unsafe fn through_reset<V: Vector>(&self, to_potential: V, fired: u32) -> V {
        // SAFETY: the caller's contract.
        unsafe {
            match self.reset {
                Reset::Zero => V::select(fired, V::zero(), to_potential),
                Reset::Subtract => to_potential,
            }
        }
    }

    /// dV/dS.
    #[inline(always)]
    pub unsafe fn spike_to_potential<V: Vector>(&self, membrane: V) -> V {
        // SAFETY: the caller's contract.
        unsafe {
            match self.reset {
                Reset::Zero => V::splat(self.rest).sub(membrane),
                Reset::Subtract => V::splat(-self.threshold),
            }
        }
    }
}
