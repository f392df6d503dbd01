use crate::vector::Vector;

/// The input of one block: `length` neurons at every step.
#[derive(Clone, Copy)]
pub struct Input {
    pub x: *const f32,
    /// Elements from one step to the next.
    pub stride: usize,
    pub length: usize,
    /// Scale and shift of every neuron, padded to whole vectors.
    pub affine: Option<(*const f32, *const f32)>,
}

impl Input {
    /// Where step `step` begins; one that is past the last is the first step of the next block.
    #[inline(always)]
    pub fn step_or_next(&self, step: usize, steps: usize) -> *const f32 {
        self.x.wrapping_add(if step < steps { step * self.stride } else { self.length })
    }

    /// X of the neurons from `from` on: as it is in memory, and after the affine map. Lanes past the block are 0 in memory.
    ///
    /// # Safety
    /// The pointers cover the block and `step`; the instruction set of `V` is present.
    #[inline(always)]
    pub unsafe fn at<V: Vector>(&self, step: usize, from: usize) -> (V, V) {
        // SAFETY: the caller's contract.
        unsafe {
            let raw: V = V::load_up_to(self.x.add(step * self.stride + from), self.length - from);
            match self.affine {
                // Not fused, as the reference is not.
                Some((scale, shift)) => (raw, V::load(scale.add(from)).mul(raw).add(V::load(shift.add(from)))),
                None => (raw, raw),
            }
        }
    }
}
