use super::cells::Cells;
use super::{Connections, PART};
use crate::kernel;
use crate::optimiser::{Adam, AdamLanes, Sgd};
use crate::parallel::for_each;
use crate::vector::Vector;

impl Connections {
    /// Adam on the connections alone, bit for bit what the dense one makes of them: weights and moments are dense, the
    /// gradient is compact. Panics when a length does not fit.
    pub fn adam(&self, step: Adam, weights: &mut [f32], first: &mut [f32], second: &mut [f32], gradient: &[f32]) {
        for dense in [&*weights, first, second] {
            assert_eq!(dense.len(), self.geometry.weight_size(), "weights or moments");
        }
        assert_eq!(gradient.len(), self.count(), "values of connections");
        let dense = [weights, first, second].map(Cells::new);
        for_each(self.count().div_ceil(PART), |part| {
            let [weights, first, second] = &dense;
            // SAFETY: indices are below the lengths that were checked, and disjoint between parts.
            unsafe {
                let [weights, first, second] = [weights, first, second].map(Cells::pointer);
                adam(step, self.part(part), weights, first, second, &gradient[part * PART..])
            }
        });
    }

    /// SGD with momentum on the connections alone, as `adam`.
    pub fn sgd(&self, step: Sgd, weights: &mut [f32], first: &mut [f32], gradient: &[f32]) {
        for dense in [&*weights, first] {
            assert_eq!(dense.len(), self.geometry.weight_size(), "weights or moments");
        }
        assert_eq!(gradient.len(), self.count(), "values of connections");
        let (momentum, rate) = (step.momentum as f32, step.rate as f32);
        let dense = [weights, first].map(Cells::new);
        for_each(self.count().div_ceil(PART), |part| {
            let [weights, first] = &dense;
            for (&i, g) in self.part(part).iter().zip(&gradient[part * PART..]) {
                // SAFETY: indices are below the lengths that were checked, and disjoint between parts.
                unsafe {
                    let (w, m) = (weights.pointer().add(i as usize), first.pointer().add(i as usize));
                    *m = *m * momentum + g;
                    *w -= *m * rate;
                }
            }
        });
    }
}

kernel! {
    unsafe fn adam(step: Adam, index: &[u32], weights: *mut f32, first: *mut f32, second: *mut f32, gradient: &[f32]) = adam_body
}

#[inline(always)]
unsafe fn adam_body<V: Vector>(
    step: Adam,
    index: &[u32],
    weights: *mut f32,
    first: *mut f32,
    second: *mut f32,
    gradient: &[f32],
) {
    // SAFETY: the buffers hold the widest vector, the gradient a lane per index; the rest is the caller's contract.
    unsafe {
        let adam = AdamLanes::<V>::of(step);
        for (index, gradient) in index.chunks(V::LANES).zip(gradient.chunks(V::LANES)) {
            let [mut w, mut m, mut v] = [[0.0f32; 16]; 3];
            for (lane, &i) in index.iter().enumerate() {
                w[lane] = *weights.add(i as usize);
                m[lane] = *first.add(i as usize);
                v[lane] = *second.add(i as usize);
            }
            let g = V::load_up_to(gradient.as_ptr(), index.len());
            let (new_w, new_m, new_v) = adam.step(V::load(w.as_ptr()), V::load(m.as_ptr()), V::load(v.as_ptr()), g);
            new_w.store(w.as_mut_ptr());
            new_m.store(m.as_mut_ptr());
            new_v.store(v.as_mut_ptr());
            for (lane, &i) in index.iter().enumerate() {
                *weights.add(i as usize) = w[lane];
                *first.add(i as usize) = m[lane];
                *second.add(i as usize) = v[lane];
            }
        }
    }
}
