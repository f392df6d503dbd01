//! Spiking neurons over all steps at once, one step being
//!
//! ```text
//! charge   H = V + (X - (V - rest)) / tau     (lif, plif: times a learned decay)      H = V + X  (if)
//! fire     S = 1 if H >= threshold else 0
//! reset    zero: V = rest where S = 1, else H     subtract: V = H - threshold S
//! ```
//!
//! All arithmetic is float32 and rounds where SpikingJelly's does, so spikes are the same bits everywhere: nothing here
//! that decides a spike is fused. Neurons do not depend on one another: the width is cut into blocks (`blocks`), and a
//! block goes through all steps while its membrane stays in the first-level cache.

mod backward;
mod blocks;
mod dynamics;
mod forward;
mod input;
mod surrogate;
#[cfg(test)]
mod tests;

pub use backward::backward;
pub use forward::forward;
pub use surrogate::{Kind, Surrogate};

use crate::norm::Affine;
use crate::spikes::words_of;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    Lif,
    If,
    Plif,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    Zero,
    Subtract,
}

/// The parameters of a neuron; `tau` is that of `Lif`, the other models do not look at it.
#[derive(Clone, Copy, Debug)]
pub struct Neuron {
    pub model: Model,
    pub tau: f32,
    pub threshold: f32,
    pub reset_to: f32,
    pub reset: Reset,
    /// Whether the S inside the reset is a constant for the gradient.
    pub detach: bool,
    pub surrogate: Surrogate,
}

/// How a call is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    pub steps: usize,
    /// Neurons of one step: batch x features.
    pub width: usize,
    /// The last axis, along which spikes are packed; divides `width`.
    pub row: usize,
    /// The input is one step's worth, the same at every step.
    pub constant_input: bool,
}

impl Extent {
    /// Elements of the input and of its gradient.
    pub fn inputs(&self) -> usize {
        if self.constant_input { self.width } else { self.steps * self.width }
    }

    /// Elements of the spikes' gradient.
    pub fn outputs(&self) -> usize {
        self.steps * self.width
    }

    /// Words of one step's spikes.
    pub fn step_words(&self) -> usize {
        self.width / self.row * words_of(self.row)
    }

    /// Why a call cannot be laid out so, if it cannot.
    pub fn fault(&self, affine: Option<&Affine>) -> Option<String> {
        if self.row == 0 || !self.width.is_multiple_of(self.row) {
            return Some(format!("rows of {} do not divide a width of {}", self.row, self.width));
        }
        affine.and_then(|affine| affine.fault(self.width))
    }
}
