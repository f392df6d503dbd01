//! The `s` smallest squares of all weights, exactly: which they are, what they sum to, what the next would cost.
//!
//! The bit pattern of |w| orders like |w|, and pairs (pattern, flat index) are never equal: the s-th smallest pair, the
//! `Cut`, says everything. It is found among the few weights in a bracket (`search`); one sweep then writes the masks and
//! sums the squares (`sweep`). The sweep knows the cut alone, so results are the same bits however the cut was found.

mod bracket;
mod histogram;
mod price;
mod regrowth;
mod search;
mod sweep;
mod tail;

use crate::spikes::words_of;
pub use price::{scale_columns, sum_kept};
pub use regrowth::{count_regrown, shrink_masked};

/// Weights of a part: what one task works on, and one partial sum covers. A multiple of 32, so that parts share no word.
const PART: usize = 1 << 15;

/// Bits of infinity: finite magnitudes have smaller ones.
const INFINITE: u32 = 0x7f80_0000;

/// What the selection found among the squares of all weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bottom {
    /// Sum of the s smallest squares.
    pub energy: f64,
    /// Sum of all squares.
    pub total: f64,
    /// The (s+1)-th smallest square; infinite when s = N.
    pub next: f64,
    /// Bits of the s-th smallest magnitude; -1 when s = 0.
    pub threshold: i32,
}

/// Why there is no selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A weight of this layer is NaN or infinite.
    NotFinite { layer: usize },
    /// There are fewer than `s` weights.
    TooFew { s: usize, weights: usize },
}

/// The s-th smallest weight: it and all before it, in the order of (magnitude, flat index), are masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cut {
    magnitude: u32,
    index: u32,
}

/// A run of one layer's weights.
#[derive(Clone, Copy)]
struct Part<'a> {
    layer: usize,
    /// Of its first weight, among its layer's.
    offset: usize,
    /// Of its first weight, among all.
    index: usize,
    values: &'a [f32],
}

/// Masks exactly the `s` smallest squares among all `weights` (bit 0 = removed), ties by flat index over the layers in order.
///
/// `guess` is a threshold near the answer, or negative; it changes the speed alone. Panics when a mask has not a bit for each
/// of its layer's weights, and on 2^32 weights.
pub fn mask_bottom(weights: &[&[f32]], s: usize, masks: &mut [&mut [u32]], guess: i32) -> Result<Bottom, Refusal> {
    assert_eq!(weights.len(), masks.len());
    for (values, mask) in weights.iter().zip(masks.iter()) {
        assert_eq!(mask.len(), words_of(values.len()));
    }
    let count = weights.iter().map(|values| values.len()).sum();
    assert!(u32::try_from(count).is_ok());
    if s > count {
        return Err(Refusal::TooFew { s, weights: count });
    }
    let parts = cut_into_parts(weights);
    let cut = search::find_cut(&parts, count, s, guess)?;
    Ok(sweep::mask(&parts, cut, masks))
}

fn cut_into_parts<'a>(weights: &[&'a [f32]]) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut index = 0;
    for (layer, values) in weights.iter().enumerate() {
        for (order, values) in values.chunks(PART).enumerate() {
            parts.push(Part { layer, offset: order * PART, index, values });
            index += values.len();
        }
    }
    parts
}

#[cfg(test)]
mod tests;
