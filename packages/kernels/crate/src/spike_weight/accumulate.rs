use super::cells::Grid;
use super::events::Events;
use super::phase::Phase;
use crate::kernel;
use crate::vector::Vector;
use std::ops::Range;

/// Vectors of sums that one walk of a list keeps in registers: for more there are no registers for addresses.
const MOST: usize = 9;

/// Adds the cells of a tile's events to the sums of some input channels, `[channels, taps of all phases, lanes]`.
pub fn add(events: &Events, grid: &Grid, phases: &[Phase], channels: Range<usize>, cells: &[f32], sums: &mut [f32]) {
    let taps: usize = phases.iter().map(|phase| phase.taps.len()).sum();
    assert!(sums.len() >= channels.len() * taps * grid.lanes);
    let stride = taps * grid.lanes;
    let mut first = 0;
    for (phase, Phase { taps, .. }) in phases.iter().enumerate() {
        let displacement = |tap: &_| grid.displacement(tap) * grid.lanes;
        let displacements: Vec<usize> = taps.iter().map(displacement).collect();
        // SAFETY: events are offsets of a tile's cells, from which the displacements stay among them; a channel has
        // `stride` sums.
        unsafe {
            let sums = sums.as_mut_ptr().add(first * grid.lanes);
            add_phase(events, phase, &displacements, grid.lanes, channels.clone(), cells.as_ptr(), sums, stride);
        }
        first += taps.len();
    }
}

kernel! {
    unsafe fn add_phase(
        events: &Events,
        phase: usize,
        displacements: &[usize],
        lanes: usize,
        channels: Range<usize>,
        cells: *const f32,
        sums: *mut f32,
        stride: usize,
    ) = body
}

#[inline(always)]
unsafe fn body<V: Vector>(
    events: &Events,
    phase: usize,
    displacements: &[usize],
    lanes: usize,
    channels: Range<usize>,
    cells: *const f32,
    sums: *mut f32,
    stride: usize,
) {
    let vectors = lanes / V::LANES;
    let terms = displacements.len() * vectors;
    // Groups of about one size rather than a small one at the end.
    let group = terms.div_ceil(terms.div_ceil(MOST));
    for first in (0..terms).step_by(group) {
        let mut from = [cells; MOST];
        let count = group.min(terms - first);
        for term in 0..count {
            let (tap, vector) = ((first + term) / vectors, (first + term) % vectors);
            // SAFETY: the caller's contract.
            from[term] = unsafe { cells.add(displacements[tap] + vector * V::LANES) };
        }
        let channels = channels.clone();
        // SAFETY: the caller's contract.
        unsafe {
            let sums = sums.add(first * V::LANES);
            match count {
                1 => walk::<V, 1>(events, phase, channels, from, sums, stride),
                2 => walk::<V, 2>(events, phase, channels, from, sums, stride),
                3 => walk::<V, 3>(events, phase, channels, from, sums, stride),
                4 => walk::<V, 4>(events, phase, channels, from, sums, stride),
                5 => walk::<V, 5>(events, phase, channels, from, sums, stride),
                6 => walk::<V, 6>(events, phase, channels, from, sums, stride),
                7 => walk::<V, 7>(events, phase, channels, from, sums, stride),
                8 => walk::<V, 8>(events, phase, channels, from, sums, stride),
                _ => walk::<V, MOST>(events, phase, channels, from, sums, stride),
            }
        }
    }
}

/// Adds up `N` vectors of each channel; its sums are `stride` floats after those of the channel before.
#[inline(always)]
unsafe fn walk<V: Vector, const N: usize>(
    events: &Events,
    phase: usize,
    channels: Range<usize>,
    from: [*const f32; MOST],
    mut sums: *mut f32,
    stride: usize,
) {
    for channel in channels {
        // SAFETY: the caller's contract: from every offset on, all vectors lie among the cells.
        unsafe {
            let mut total = [V::zero(); N];
            for term in 0..N {
                total[term] = V::load(sums.add(term * V::LANES));
            }
            let list = events.list(channel, phase);
            let (mut event, end) = (list.start, list.end);
            while event < end {
                for term in 0..N {
                    total[term] = total[term].add(V::load(from[term].add(*event as usize)));
                }
                event = event.add(1);
            }
            for term in 0..N {
                total[term].store(sums.add(term * V::LANES));
            }
            sums = sums.add(stride);
        }
    }
}
