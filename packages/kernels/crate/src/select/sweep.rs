use super::tail::{low_bits, pad};
use super::{Bottom, Cut, Part};
use crate::kernel;
use crate::parallel::Shared;
use crate::spikes::words_of;
use crate::vector::Vector;
use rayon::prelude::*;

/// Writes the masks and adds up the squares, part by part.
pub fn mask(parts: &[Part], cut: Option<Cut>, masks: &mut [&mut [u32]]) -> Bottom {
    let masks: Vec<_> = masks.iter_mut().map(|mask| Shared::new(mask)).collect();
    let sums: Vec<Sums> = parts
        .par_iter()
        .map(|part| {
            let length = part.values.len();
            // SAFETY: parts begin at whole words and do not overlap.
            let mask = unsafe { masks[part.layer].piece(part.offset / 32, words_of(length)) };
            let bounds = Bounds::of(cut, part.index, length);
            // SAFETY: the mask has a bit for each value.
            unsafe { sweep(part.values.as_ptr(), length, bounds, mask.as_mut_ptr()) }
        })
        .collect();
    let nothing = Bottom { energy: 0.0, total: 0.0, next: f64::INFINITY, threshold: -1 };
    let bottom = sums.iter().fold(nothing, |bottom, part| Bottom {
        energy: bottom.energy + part.masked,
        total: bottom.total + (part.masked + part.kept),
        next: bottom.next.min(f64::from(part.least) * f64::from(part.least)),
        threshold: -1,
    });
    Bottom { threshold: cut.map_or(-1, |cut| cut.magnitude as i32), ..bottom }
}

/// What the cut means for a part: kept are magnitudes from `above`, and those from `cut` whose place is not among `ties`.
#[derive(Clone, Copy)]
struct Bounds {
    cut: f32,
    above: f32,
    /// The first so many weights of the part go when they equal the cut.
    ties: usize,
}

impl Bounds {
    fn of(cut: Option<Cut>, index: usize, length: usize) -> Self {
        let Some(Cut { magnitude, index: last }) = cut else {
            return Self { cut: 0.0, above: 0.0, ties: 0 };
        };
        let ties = (last as usize + 1).saturating_sub(index).min(length);
        Self { cut: f32::from_bits(magnitude), above: f32::from_bits(magnitude + 1), ties }
    }
}

/// Sums of squares of a part, and its least magnitude that is kept.
#[derive(Clone, Copy)]
struct Sums {
    masked: f64,
    kept: f64,
    least: f32,
}

kernel! {
    unsafe fn sweep(values: *const f32, length: usize, bounds: Bounds, mask: *mut u32) -> Sums = sweep_body
}

#[inline(always)]
unsafe fn sweep_body<V: Vector>(values: *const f32, length: usize, bounds: Bounds, mask: *mut u32) -> Sums {
    let whole = length - length % 32;
    // SAFETY: all that is read and written lies within `length`.
    unsafe {
        let mut running = Running::<V>::start();
        for at in (0..whole).step_by(32) {
            mask.add(at / 32).write(running.take(values.add(at), u32::MAX, bounds, at));
        }
        if whole < length {
            let rest = pad(values.add(whole), length - whole);
            mask.add(whole / 32).write(running.take(rest.as_ptr(), low_bits(length - whole), bounds, whole));
        }
        running.end()
    }
}

/// The sums underway: sixteen of each whatever the width of a vector, so that they do not depend on the instruction set.
struct Running<V: Vector> {
    masked: [V::Doubles; 2],
    kept: [V::Doubles; 2],
    least: V,
}

impl<V: Vector> Running<V> {
    #[inline(always)]
    unsafe fn start() -> Self {
        // SAFETY: the caller's contract.
        unsafe {
            let zero = [V::double_zero(); 2];
            Self { masked: zero, kept: zero, least: V::splat(f32::INFINITY) }
        }
    }

    /// Takes the 32 values from `at` in their part of which bits tell that they are `there`; returns their word of the mask.
    #[inline(always)]
    unsafe fn take(&mut self, values: *const f32, there: u32, bounds: Bounds, at: usize) -> u32 {
        // Where equality with the cut is not enough to stay.
        let ties = low_bits(bounds.ties.saturating_sub(at));
        let mut word = 0;
        // SAFETY: 32 values are read.
        unsafe {
            let (cut, above) = (V::splat(bounds.cut), V::splat(bounds.above));
            for from in (0..32).step_by(V::LANES) {
                let values = V::load(values.add(from));
                let magnitudes = values.abs();
                let stay = magnitudes.at_least(above) | (magnitudes.at_least(cut) & !(ties >> from));
                let stay = stay & there >> from;
                let sum = from % 16 / V::LANES;
                self.least = self.least.min(V::select(stay, magnitudes, V::splat(f32::INFINITY)));
                self.masked[sum] = values.double_mul_add(V::select(stay, V::zero(), values), self.masked[sum]);
                self.kept[sum] = values.double_mul_add(V::select(stay, values, V::zero()), self.kept[sum]);
                word |= (stay & low_bits(V::LANES)) << from;
            }
        }
        word
    }

    #[inline(always)]
    unsafe fn end(self) -> Sums {
        let mut lanes = [f32::INFINITY; 16];
        // SAFETY: the array holds the widest vector.
        unsafe {
            self.least.store(lanes.as_mut_ptr());
            let least = lanes.into_iter().fold(f32::INFINITY, f32::min);
            Sums { masked: sum_all::<V>(self.masked), kept: sum_all::<V>(self.kept), least }
        }
    }
}

#[inline(always)]
unsafe fn sum_all<V: Vector>(sums: [V::Doubles; 2]) -> f64 {
    let mut lanes = [0.0; 32];
    // SAFETY: the array holds two of the widest vectors.
    unsafe {
        V::double_store(sums[0], lanes.as_mut_ptr());
        V::double_store(sums[1], lanes.as_mut_ptr().add(V::LANES));
    }
    lanes.iter().sum()
}
