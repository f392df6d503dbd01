use super::panels::UNIT;
use super::patches::PanelLists;
use crate::kernel;
use crate::vector::Vector;

/// Adds up for each pixel the rows of `panel` that its list names, into sums `[pixel, lanes]`, which go `on` or begin at 0.
pub fn add(lists: PanelLists, panel: &[f32], lanes: usize, on: bool, sums: &mut [f32]) {
    assert!([16, 32, 64].contains(&lanes) && sums.len() == lists.counts.len() * lanes);
    debug_assert!(lists.entries.iter().all(|&entry| usize::from(entry) * UNIT / 4 + lanes <= panel.len()));
    // SAFETY: entries were made to name rows of the panel, and there is a row of sums for each of the counts.
    unsafe { add_rows(lists.entries.as_ptr(), lists.counts, panel.as_ptr(), lanes, on, sums.as_mut_ptr()) }
}

kernel! {
    unsafe fn add_rows(entries: *const u16, counts: &[u16], panel: *const f32, lanes: usize, on: bool, sums: *mut f32) = body
}

#[inline(always)]
unsafe fn body<V: Vector>(
    entries: *const u16,
    counts: &[u16],
    panel: *const f32,
    lanes: usize,
    on: bool,
    sums: *mut f32,
) {
    // SAFETY: the caller's contract; the lanes are one to eight vectors.
    unsafe {
        match lanes / V::LANES {
            1 => run::<V, 1>(entries, counts, panel, on, sums),
            2 => run::<V, 2>(entries, counts, panel, on, sums),
            4 => run::<V, 4>(entries, counts, panel, on, sums),
            _ => run::<V, 8>(entries, counts, panel, on, sums),
        }
    }
}

#[inline(always)]
unsafe fn run<V: Vector, const N: usize>(
    mut entries: *const u16,
    counts: &[u16],
    panel: *const f32,
    on: bool,
    sums: *mut f32,
) {
    for (pixel, &count) in counts.iter().enumerate() {
        // SAFETY: `count` entries follow, each the offset of a row inside the panel.
        unsafe {
            let sums = sums.add(pixel * N * V::LANES);
            let mut total = [V::zero(); N];
            if on {
                for vector in 0..N {
                    total[vector] = V::load(sums.add(vector * V::LANES));
                }
            }
            let end = entries.add(usize::from(count));
            // Four entries in one load: the loads of rows are what the loop waits for.
            while entries.add(4) <= end {
                let mut four = entries.cast::<u64>().read_unaligned();
                for _ in 0..4 {
                    add_row(&mut total, panel, four as u16);
                    four >>= 16;
                }
                entries = entries.add(4);
            }
            while entries < end {
                add_row(&mut total, panel, *entries);
                entries = entries.add(1);
            }
            for vector in 0..N {
                total[vector].store(sums.add(vector * V::LANES));
            }
        }
    }
}

#[inline(always)]
unsafe fn add_row<V: Vector, const N: usize>(total: &mut [V; N], panel: *const f32, entry: u16) {
    // SAFETY: the caller's contract: the entry is the offset of a row inside the panel.
    unsafe {
        let row = panel.byte_add(usize::from(entry) * UNIT);
        for vector in 0..N {
            total[vector] = total[vector].add(V::load(row.add(vector * V::LANES)));
        }
    }
}
