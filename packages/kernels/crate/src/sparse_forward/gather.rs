use super::tiling::{LANES, Span};
use crate::kernel;
use crate::prefetch::{self, AHEAD};
use crate::vector::Vector;
use std::ops::Range;

/// One block of lists over one tile of floats.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    /// The block's tile; the units of an entry lie from `unit * pitch` on.
    pub tile: *const f32,
    pub pitch: usize,
    /// Floats of an output in the tile.
    pub lanes: usize,
    /// As in `Lists`.
    pub bounds: &'a [u32],
    pub units: &'a [u16],
    pub values: &'a [f32],
    pub blocks: usize,
    pub block: usize,
}

/// Where sums go that are complete: output `o` to `y + o * plane`, its lanes as the spans say, `side` for each unit.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    pub y: *mut f32,
    pub plane: usize,
    pub spans: &'a [Span],
    pub side: usize,
}

kernel! {
    /// Adds to the sums of the outputs, `[outputs, lanes]`, what one block of their lists gathers; the first block begins
    /// them. With a target, writes them there instead.
    ///
    /// # Safety
    /// The tile holds the units of all entries; `sums` holds the outputs' lanes, unless this is the first block and there
    /// is a target; the target's spans lie within its output.
    pub unsafe fn gather(block: Block, outputs: Range<usize>, sums: *mut f32, target: Option<Target>) = body
}

#[inline(always)]
unsafe fn body<V: Vector>(block: Block, outputs: Range<usize>, sums: *mut f32, target: Option<Target>) {
    // SAFETY: the caller's contract.
    unsafe {
        match block.lanes / V::LANES {
            1 => rows::<V, 1>(block, outputs, sums, target),
            2 => rows::<V, 2>(block, outputs, sums, target),
            4 => rows::<V, 4>(block, outputs, sums, target),
            16 if V::LANES == 16 => rows::<V, 16>(block, outputs, sums, target),
            _ => rows::<V, 8>(block, outputs, sums, target),
        }
    }
}

/// As many vectors of sums at a time as there are registers for: with few, a list is gone through more than once.
#[inline(always)]
unsafe fn rows<V: Vector, const N: usize>(block: Block, outputs: Range<usize>, sums: *mut f32, target: Option<Target>) {
    let (first, last) = (outputs.start, outputs.end);
    for output in outputs {
        if let Some(target) = target.filter(|_| output + AHEAD < last) {
            for span in target.spans.iter().step_by(target.side) {
                prefetch::write(target.y.wrapping_add((output + AHEAD) * target.plane).wrapping_offset(span.offset));
            }
        }
        let bounds = output * (block.blocks + 1) + block.block;
        // SAFETY: the caller's contract.
        unsafe {
            let (from, to) = (*block.bounds.get_unchecked(bounds), *block.bounds.get_unchecked(bounds + 1));
            let (from, to) = (from as usize, to as usize);
            let units = block.units.get_unchecked(from..to);
            let values = block.values.get_unchecked(from..to);
            for at in (0..block.lanes).step_by(N * V::LANES) {
                let sums = sums.wrapping_add((output - first) * block.lanes + at);
                let mut sum = [V::zero(); N];
                if block.block > 0 {
                    for n in 0..N {
                        sum[n] = V::load(sums.add(n * V::LANES));
                    }
                }
                for (&unit, &value) in units.iter().zip(values) {
                    let (x, w) = (block.tile.add(unit as usize * block.pitch + at), V::splat(value));
                    for n in 0..N {
                        sum[n] = V::load(x.add(n * V::LANES)).mul_add(w, sum[n]);
                    }
                }
                match target {
                    None => {
                        for n in 0..N {
                            sum[n].store(sums.add(n * V::LANES));
                        }
                    }
                    Some(target) => {
                        for n in 0..N {
                            put(sum[n], target, output, at + n * V::LANES);
                        }
                    }
                }
            }
        }
    }
}

/// Writes a vector whose first lane is lane `at` of the tile.
#[inline(always)]
unsafe fn put<V: Vector>(sum: V, target: Target, output: usize, at: usize) {
    let (unit, part) = (at / LANES, at % LANES);
    let all = (1u32 << V::LANES) - 1;
    // SAFETY: the caller's contract.
    unsafe {
        for span in target.spans.get_unchecked(unit * target.side..(unit + 1) * target.side) {
            let lanes = span.lanes >> part & all;
            let to = target.y.wrapping_add(output * target.plane + part).wrapping_offset(span.offset);
            if lanes == all {
                sum.store(to);
            } else if lanes != 0 {
                sum.store_lanes(to, lanes);
            }
        }
    }
}
