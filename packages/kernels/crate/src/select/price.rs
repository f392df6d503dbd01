//! What weights cost: by column, a column being all weights that one input unit (and tap) has.

use super::PART;
use crate::parallel::{self, Shared};
use crate::spikes::words_of;
use rayon::prelude::*;

/// y = x * factors, the factors repeated row by row: scores of which `mask_bottom` can select. Panics on lengths that do not
/// fit.
pub fn scale_columns(x: &[f32], factors: &[f32], y: &mut [f32]) {
    assert_eq!(x.len(), y.len());
    assert!(!factors.is_empty() && x.len().is_multiple_of(factors.len()));
    let columns = factors.len();
    let part = columns * PART.div_ceil(columns);
    let length = x.len();
    let y = Shared::new(y);
    parallel::for_each(length.div_ceil(part), |at| {
        let from = at * part;
        let size = part.min(length - from);
        // SAFETY: parts do not overlap.
        let y = unsafe { y.piece(from, size) };
        for (x, y) in x[from..from + size].chunks_exact(columns).zip(y.chunks_exact_mut(columns)) {
            for ((y, x), factor) in y.iter_mut().zip(x).zip(factors) {
                *y = x * factor;
            }
        }
    });
}

/// What the kept weights (mask 1) cost together, the costs repeated row by row. Panics when the mask has not a bit for each
/// of the `length` weights, or they are not whole rows.
pub fn sum_kept(mask: &[u32], length: usize, costs: &[f32]) -> f64 {
    assert_eq!(mask.len(), words_of(length));
    assert!(!costs.is_empty() && length.is_multiple_of(costs.len()));
    let words = PART / 32;
    let parts: Vec<f64> =
        mask.par_chunks(words).enumerate().map(|(part, mask)| sum_part(mask, part * PART, costs)).collect();
    // In order, so that the number of threads changes nothing.
    parts.iter().fold(0.0, |sum, part| sum + part)
}

fn sum_part(mask: &[u32], from: usize, costs: &[f32]) -> f64 {
    let mut sum = 0.0;
    for (at, &word) in mask.iter().enumerate() {
        let first = (from + 32 * at) % costs.len();
        let mut bits = word;
        while bits != 0 {
            let mut column = first + bits.trailing_zeros() as usize;
            while column >= costs.len() {
                column -= costs.len();
            }
            sum += f64::from(costs[column]);
            bits &= bits - 1;
        }
    }
    sum
}
