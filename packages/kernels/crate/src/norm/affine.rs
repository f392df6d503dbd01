use super::fault;
use crate::vector::Vector;

/// Per channel, x becomes `scale[c] x + shift[c]`, with c = (index / inner) % channels.
#[derive(Clone, Copy)]
pub struct Affine<'a> {
    pub scale: &'a [f32],
    pub shift: &'a [f32],
    /// Elements of one channel of one image.
    pub inner: usize,
}

impl Affine<'_> {
    pub fn channels(&self) -> usize {
        self.scale.len()
    }

    /// Why the map does not apply to `elements`, if it does not.
    pub fn fault(&self, elements: usize) -> Option<String> {
        let channels = self.channels();
        if self.shift.len() != channels {
            return Some(format!("{channels} scales, {} shifts", self.shift.len()));
        }
        fault(elements, channels, self.inner)
    }

    /// Scale and shift of the elements from `from` on.
    pub fn spread(&self, from: usize, scale: &mut [f32], shift: &mut [f32]) {
        for (at, count, channel) in runs(from, scale.len(), self.channels(), self.inner) {
            if self.inner == 1 {
                scale[at..at + count].copy_from_slice(&self.scale[channel..channel + count]);
                shift[at..at + count].copy_from_slice(&self.shift[channel..channel + count]);
            } else {
                scale[at..at + count].fill(self.scale[channel]);
                shift[at..at + count].fill(self.shift[channel]);
            }
        }
    }

    /// Adds values of the elements from `from` on to the sums of their channels.
    pub fn gather(&self, from: usize, values: &[f32], sums: &mut [f64]) {
        for (at, count, channel) in runs(from, values.len(), self.channels(), self.inner) {
            let values = &values[at..at + count];
            if self.inner == 1 {
                for (sum, value) in sums[channel..channel + count].iter_mut().zip(values) {
                    *sum += f64::from(*value);
                }
            } else {
                // SAFETY: the instruction set is the present one.
                sums[channel] += unsafe { sum(values) };
            }
        }
    }
}

/// Elements from `from` on as runs `(offset, count, channel)`: of one channel, or of successive channels where each has but
/// one element.
fn runs(from: usize, length: usize, channels: usize, inner: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at == length {
            return None;
        }
        let element = from + at;
        let channel = element / inner % channels;
        let whole = if inner == 1 { channels - channel } else { inner - element % inner };
        let run = (at, whole.min(length - at), channel);
        at += run.1;
        Some(run)
    })
}

crate::kernel! {
    /// The sum of values in float64.
    unsafe fn sum(values: &[f32]) -> f64 = sum_body
}

#[inline(always)]
unsafe fn sum_body<V: Vector>(values: &[f32]) -> f64 {
    let mut lanes = [0.0; 16];
    // SAFETY: vectors are within the slice; the buffer holds the widest.
    unsafe {
        let mut sum = V::double_zero();
        for at in (0..values.len()).step_by(V::LANES) {
            let value = V::load_up_to(values.as_ptr().add(at), values.len() - at);
            sum = V::double_mul_add(value, V::splat(1.0), sum);
        }
        V::double_store(sum, lanes.as_mut_ptr());
    }
    lanes.iter().sum()
}
