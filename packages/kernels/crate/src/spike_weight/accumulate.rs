use super::cells::Grid;
use super::events::Events;
use super::phase::Phase;
use crate::kernel;
use crate::vector::Vector;
use std::ops::Range;

/// Vectors of sums that one walk of a list keeps in registers: for more there are no registers for addresses.
const MOST: usize = 9;

/// A vector of sums: where its summands lie from an event's offset on, and where it lies among its channel's sums.
#[derive(Clone, Copy)]
struct Term {
    displacement: usize,
    target: usize,
}

/// The terms of one phase in groups for one walk each.
struct Walks {
    terms: Vec<Term>,
    group: usize,
}

/// Adds the cells of a tile's events to the sums `[channels, taps, lanes]` of some input channels.
pub fn add(
    events: &Events,
    grid: &Grid,
    phases: &[Phase],
    taps: usize,
    channels: Range<usize>,
    cells: &[f32],
    sums: &mut [f32],
) {
    assert!(sums.len() >= channels.len() * taps * grid.lanes);
    // SAFETY: events are offsets of a tile's cells, from which the displacements stay among them.
    unsafe { add_channels(events, grid, phases, taps, channels, cells.as_ptr(), sums.as_mut_ptr()) }
}

kernel! {
    unsafe fn add_channels(
        events: &Events,
        grid: &Grid,
        phases: &[Phase],
        taps: usize,
        channels: Range<usize>,
        cells: *const f32,
        sums: *mut f32,
    ) = body
}

#[inline(always)]
unsafe fn body<V: Vector>(
    events: &Events,
    grid: &Grid,
    phases: &[Phase],
    taps: usize,
    channels: Range<usize>,
    cells: *const f32,
    sums: *mut f32,
) {
    let walks: Vec<Walks> = phases.iter().map(|phase| walks_of(phase, grid, V::LANES)).collect();
    for (index, channel) in channels.enumerate() {
        for (phase, walks) in walks.iter().enumerate() {
            let list = events.list(channel, phase, phases.len());
            for terms in walks.terms.chunks(walks.group) {
                // SAFETY: the caller's contract; a channel has `taps` cells of sums.
                unsafe {
                    let sums = sums.add(index * taps * grid.lanes);
                    match terms.len() {
                        1 => walk::<V, 1>(list, terms, cells, sums),
                        2 => walk::<V, 2>(list, terms, cells, sums),
                        3 => walk::<V, 3>(list, terms, cells, sums),
                        4 => walk::<V, 4>(list, terms, cells, sums),
                        5 => walk::<V, 5>(list, terms, cells, sums),
                        6 => walk::<V, 6>(list, terms, cells, sums),
                        7 => walk::<V, 7>(list, terms, cells, sums),
                        8 => walk::<V, 8>(list, terms, cells, sums),
                        _ => walk::<V, MOST>(list, terms, cells, sums),
                    }
                }
            }
        }
    }
}

fn walks_of(phase: &Phase, grid: &Grid, vector: usize) -> Walks {
    let mut terms = Vec::new();
    for tap in &phase.taps {
        for lane in (0..grid.lanes).step_by(vector) {
            terms.push(Term {
                displacement: grid.displacement(tap.rows_before, tap.columns_before) * grid.lanes + lane,
                target: tap.index * grid.lanes + lane,
            });
        }
    }
    let group = terms.len().div_ceil(terms.len().div_ceil(MOST));
    Walks { terms, group }
}

#[inline(always)]
unsafe fn walk<V: Vector, const N: usize>(list: &[u32], terms: &[Term], cells: *const f32, sums: *mut f32) {
    // SAFETY: the caller's contract: `N` terms, and offsets and displacements that stay among the cells.
    unsafe {
        let mut from = [cells; N];
        let mut total = [V::zero(); N];
        for term in 0..N {
            from[term] = cells.add(terms[term].displacement);
            total[term] = V::load(sums.add(terms[term].target));
        }
        for &offset in list {
            for term in 0..N {
                total[term] = total[term].add(V::load(from[term].add(offset as usize)));
            }
        }
        for term in 0..N {
            total[term].store(sums.add(terms[term].target));
        }
    }
}
