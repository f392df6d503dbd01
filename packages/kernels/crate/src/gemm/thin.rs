//! Linear layers of a few examples: the weights are read once, at the speed of memory.

use crate::kernel;
use crate::parallel::{Shared, for_each};
use crate::vector::Vector;

/// Examples up to which the weights' way through memory outweighs the multiplications.
pub const FEW: usize = 8;

/// Weights of a part.
const PART: usize = 1 << 16;

/// y[r][o] = x[r] . weights[o].
pub fn forward(x: &[f32], weights: &[f32], inputs: usize, outputs: usize, y: &mut [f32]) {
    let examples = x.len() / inputs;
    assert!(examples <= FEW, "{examples} examples");
    assert!(x.len() == examples * inputs && weights.len() == outputs * inputs && y.len() == examples * outputs);
    let block = (PART / inputs).max(1);
    let result = Shared::new(y);
    for_each(outputs.div_ceil(block), |part| {
        for output in part * block..outputs.min((part + 1) * block) {
            let row = &weights[output * inputs..][..inputs];
            let mut sums = [0.0; FEW];
            // SAFETY: at most `FEW` examples of `inputs` each.
            unsafe { dots(examples, inputs, row.as_ptr(), x.as_ptr(), sums.as_mut_ptr()) };
            for example in 0..examples {
                // SAFETY: one output of one example, which this part alone writes.
                unsafe { result.piece(example * outputs + output, 1)[0] = sums[example] };
            }
        }
    });
}

kernel! {
    /// sums[r] = x[r] . row, of at most `FEW` examples.
    unsafe fn dots(examples: usize, inputs: usize, row: *const f32, x: *const f32, sums: *mut f32) = dots_body
}

#[inline(always)]
unsafe fn dots_body<V: Vector>(examples: usize, inputs: usize, row: *const f32, x: *const f32, sums: *mut f32) {
    // SAFETY: the caller's contract.
    unsafe {
        for first in (0..examples).step_by(4) {
            let (x, sums) = (x.add(first * inputs), sums.add(first));
            match examples - first {
                1 => dots_of::<V, 1>(inputs, row, x, sums),
                2 => dots_of::<V, 2>(inputs, row, x, sums),
                3 => dots_of::<V, 3>(inputs, row, x, sums),
                _ => dots_of::<V, 4>(inputs, row, x, sums),
            }
        }
    }
}

#[inline(always)]
unsafe fn dots_of<V: Vector, const EXAMPLES: usize>(inputs: usize, row: *const f32, x: *const f32, sums: *mut f32) {
    // SAFETY: the caller's contract.
    unsafe {
        let mut lanes = [V::zero(); EXAMPLES];
        let whole = inputs / V::LANES * V::LANES;
        for i in (0..whole).step_by(V::LANES) {
            let weights = V::load(row.add(i));
            for (r, lanes) in lanes.iter_mut().enumerate() {
                *lanes = V::load(x.add(r * inputs + i)).mul_add(weights, *lanes);
            }
        }
        let rest = inputs - whole;
        if rest > 0 {
            let weights = V::load_part(row.add(whole), rest);
            for (r, lanes) in lanes.iter_mut().enumerate() {
                *lanes = V::load_part(x.add(r * inputs + whole), rest).mul_add(weights, *lanes);
            }
        }
        for (r, lanes) in lanes.iter().enumerate() {
            *sums.add(r) = lanes.sum();
        }
    }
}
