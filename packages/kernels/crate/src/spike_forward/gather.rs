use super::patches::PanelLists;
use super::{LANES, block::UNIT};
use crate::kernel;
use crate::vector::Vector;

/// Adds to each pixel's sums `[pixel, 16]` the rows of `panel` that its list names.
pub fn add(lists: PanelLists, panel: &[f32], sums: &mut [f32]) {
    assert_eq!(sums.len(), lists.counts.len() * LANES);
    debug_assert!(lists.entries.iter().all(|&entry| usize::from(entry) * UNIT / 4 + LANES <= panel.len()));
    // SAFETY: entries were made to name rows of the panel, and there is one of the sums for each of the counts.
    unsafe { add_rows(lists.entries.as_ptr(), lists.counts, panel.as_ptr(), sums.as_mut_ptr()) }
}

kernel! {
    unsafe fn add_rows(entries: *const u16, counts: &[u16], panel: *const f32, sums: *mut f32) = body
}

#[inline(always)]
unsafe fn body<V: Vector>(entries: *const u16, counts: &[u16], panel: *const f32, sums: *mut f32) {
    // SAFETY: the caller's contract; 16 lanes are one or two vectors.
    unsafe {
        if V::LANES == LANES {
            run::<V, 1>(entries, counts, panel, sums)
        } else {
            run::<V, 2>(entries, counts, panel, sums)
        }
    }
}

#[inline(always)]
unsafe fn run<V: Vector, const N: usize>(mut entries: *const u16, counts: &[u16], panel: *const f32, sums: *mut f32) {
    for (pixel, &count) in counts.iter().enumerate() {
        // SAFETY: `count` entries follow, each the offset of a row inside the panel.
        unsafe {
            let row = |index: usize, vector: usize| {
                let offset = usize::from(*entries.add(index)) * UNIT;
                V::load(panel.cast::<u8>().add(offset).cast::<f32>().add(vector * V::LANES))
            };
            let sums = sums.add(pixel * LANES);
            let mut even: [V; N] = std::array::from_fn(|vector| V::load(sums.add(vector * V::LANES)));
            let mut odd = [V::zero(); N];
            let mut index = 0;
            let count = usize::from(count);
            while index + 2 <= count {
                for vector in 0..N {
                    even[vector] = even[vector].add(row(index, vector));
                    odd[vector] = odd[vector].add(row(index + 1, vector));
                }
                index += 2;
            }
            if index < count {
                for vector in 0..N {
                    even[vector] = even[vector].add(row(index, vector));
                }
            }
            for vector in 0..N {
                even[vector].add(odd[vector]).store(sums.add(vector * V::LANES));
            }
            entries = entries.add(count);
        }
    }
}
