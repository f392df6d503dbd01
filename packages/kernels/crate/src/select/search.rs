use super::bracket::Bracket;
use super::tail::{low_bits, pad};
use super::{Cut, Part, Refusal, histogram};
use crate::kernel;
use crate::vector::Vector;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The cut at the `s`-th smallest of `count` weights; none when `s` is 0.
pub fn find_cut(parts: &[Part], count: usize, s: usize, guess: i32) -> Result<Option<Cut>, Refusal> {
    if s == 0 {
        return search(parts, Bracket::NOTHING, s, count);
    }
    if let Some(bracket) = Bracket::around(guess)
        && let Some(cut) = search(parts, bracket, s, count)?
    {
        return Ok(Some(cut));
    }
    let cut = search(parts, Bracket::by_sample(parts, count, s), s, count)?;
    Ok(Some(cut.unwrap_or_else(|| histogram::find_cut(parts, s))))
}

/// The cut, if it lies within the bracket and the bracket holds few enough weights to rank them. Looks at every weight.
fn search(parts: &[Part], bracket: Bracket, s: usize, count: usize) -> Result<Option<Cut>, Refusal> {
    let limit = (count / 8).max(1 << 16);
    let met = AtomicUsize::new(0);
    let found: Vec<Found> = parts
        .par_iter()
        .map(|part| {
            let mut found = Found { below: 0, finite: true, inside: Vec::new() };
            // Past the limit only a weight that is not finite is still of interest.
            let bracket = if met.load(Relaxed) > limit { Bracket::NOTHING } else { bracket };
            // SAFETY: pointer and length are of one slice.
            unsafe { look(part.values.as_ptr(), part.values.len(), part.index as u64, bracket, &mut found) };
            met.fetch_add(found.inside.len(), Relaxed);
            found
        })
        .collect();
    if let Some(at) = found.iter().position(|part| !part.finite) {
        return Err(Refusal::NotFinite { layer: parts[at].layer });
    }
    let below: usize = found.iter().map(|part| part.below).sum();
    if met.into_inner() > limit || s <= below {
        return Ok(None);
    }
    let mut inside: Vec<u64> = found.into_iter().flat_map(|part| part.inside).collect();
    if s > below + inside.len() {
        return Ok(None);
    }
    let cut = *inside.select_nth_unstable(s - below - 1).1;
    Ok(Some(Cut { magnitude: (cut >> 32) as u32, index: cut as u32 }))
}

/// What a part holds of a bracket.
struct Found {
    below: usize,
    finite: bool,
    /// Magnitude (upper half) and flat index of each weight inside.
    inside: Vec<u64>,
}

kernel! {
    unsafe fn look(values: *const f32, length: usize, index: u64, bracket: Bracket, found: &mut Found) = look_body
}

#[inline(always)]
unsafe fn look_body<V: Vector>(values: *const f32, length: usize, index: u64, bracket: Bracket, found: &mut Found) {
    let whole = length - length % 32;
    // SAFETY: all that is read lies within `length`.
    unsafe {
        for at in (0..whole).step_by(32) {
            look_at::<V>(values.add(at), u32::MAX, index + at as u64, bracket, found);
        }
        if whole < length {
            let rest = pad(values.add(whole), length - whole);
            look_at::<V>(rest.as_ptr(), low_bits(length - whole), index + whole as u64, bracket, found);
        }
    }
}

/// Looks at the 32 values of which bits tell that they are `there`.
#[inline(always)]
unsafe fn look_at<V: Vector>(values: *const f32, there: u32, index: u64, bracket: Bracket, found: &mut Found) {
    let (mut finite, mut from_low, mut from_high) = (0, 0, 0);
    // SAFETY: 32 values are read.
    unsafe {
        for from in (0..32).step_by(V::LANES) {
            let magnitudes = V::load(values.add(from)).abs();
            // The comparison is false for NaN as well.
            finite |= V::splat(f32::MAX).at_least(magnitudes) << from;
            from_low |= magnitudes.at_least(V::splat(f32::from_bits(bracket.low))) << from;
            from_high |= magnitudes.at_least(V::splat(f32::from_bits(bracket.high))) << from;
        }
        found.finite &= finite == u32::MAX;
        found.below += (!from_low & there).count_ones() as usize;
        let mut inside = from_low & !from_high & there;
        while inside != 0 {
            let lane = inside.trailing_zeros();
            let magnitude = values.add(lane as usize).read().abs().to_bits();
            found.inside.push(u64::from(magnitude) << 32 | (index + u64::from(lane)));
            inside &= inside - 1;
        }
    }
}
