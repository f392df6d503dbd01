use crate::kernel;
use crate::prefetch::{self, AHEAD};
use crate::sparse_forward::tiling::{LANES, Span};
use crate::vector::Vector;
use std::ops::Range;

/// One block of lists over one tile of floats, as `gather::Block`.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    pub tile: *const f32,
    pub pitch: usize,
    pub lanes: usize,
    pub bounds: &'a [u32],
    pub units: &'a [u16],
    pub blocks: usize,
    pub block: usize,
}

/// Where the output's gradient lies: of output `o` at `upstream + o * plane`, its lanes as the spans say, `side` per unit.
#[derive(Clone, Copy)]
pub struct Upstream<'a> {
    pub upstream: *const f32,
    pub plane: usize,
    pub spans: &'a [Span],
    pub side: usize,
}

kernel! {
    /// Adds to the sum of each entry the product of its piece of the tile with its output's gradient.
    ///
    /// # Safety
    /// The tile holds the units of all entries; the spans lie within their output; `sums` has room for all entries.
    pub unsafe fn dots(block: Block, outputs: Range<usize>, upstream: Upstream, sums: *mut f32) = body
}

kernel! {
    /// Copies the gradients of some outputs to `[outputs, lanes]`.
    ///
    /// # Safety
    /// As for `dots`; `to` has room for them.
    pub unsafe fn collect(outputs: Range<usize>, lanes: usize, upstream: Upstream, to: *mut f32) = collect_body
}

#[inline(always)]
unsafe fn collect_body<V: Vector>(outputs: Range<usize>, lanes: usize, upstream: Upstream, to: *mut f32) {
    let first = outputs.start;
    for output in outputs {
        for at in (0..lanes).step_by(V::LANES) {
            // SAFETY: the caller's contract.
            unsafe { get::<V>(upstream, output, at).store(to.add((output - first) * lanes + at)) };
        }
    }
}

#[inline(always)]
unsafe fn body<V: Vector>(block: Block, outputs: Range<usize>, upstream: Upstream, sums: *mut f32) {
    // SAFETY: the caller's contract.
    unsafe {
        match block.lanes / V::LANES {
            1 => rows::<V, 1>(block, outputs, upstream, sums),
            2 => rows::<V, 2>(block, outputs, upstream, sums),
            4 => rows::<V, 4>(block, outputs, upstream, sums),
            16 if V::LANES == 16 => rows::<V, 16>(block, outputs, upstream, sums),
            _ => rows::<V, 8>(block, outputs, upstream, sums),
        }
    }
}

#[inline(always)]
unsafe fn rows<V: Vector, const N: usize>(block: Block, outputs: Range<usize>, upstream: Upstream, sums: *mut f32) {
    let last = outputs.end;
    for output in outputs {
        if output + AHEAD < last {
            for span in upstream.spans.iter().step_by(upstream.side) {
                let ahead = upstream.upstream.wrapping_add((output + AHEAD) * upstream.plane);
                prefetch::read(ahead.wrapping_offset(span.offset));
            }
        }
        let bounds = output * (block.blocks + 1) + block.block;
        // SAFETY: the caller's contract.
        unsafe {
            let (from, to) = (*block.bounds.get_unchecked(bounds), *block.bounds.get_unchecked(bounds + 1));
            let (from, to) = (from as usize, to as usize);
            for at in (0..block.lanes).step_by(N * V::LANES) {
                let mut gradient = [V::zero(); N];
                for n in 0..N {
                    gradient[n] = get(upstream, output, at + n * V::LANES);
                }
                for first in (from..to).step_by(V::LANES) {
                    let count = V::LANES.min(to - first);
                    let mut products = [V::zero(); 16];
                    for (entry, product) in products.iter_mut().enumerate().take(count) {
                        let unit = *block.units.get_unchecked(first + entry) as usize;
                        let x = block.tile.add(unit * block.pitch + at);
                        for n in 0..N {
                            *product = V::load(x.add(n * V::LANES)).mul_add(gradient[n], *product);
                        }
                    }
                    let to = sums.add(first);
                    V::load_up_to(to, count).add(sum_each(products)).store_up_to(to, count);
                }
            }
        }
    }
}

/// Lane `i`: the sum of the lanes of vector `i`. Each round adds up pairs of lanes of two vectors at once.
#[inline(always)]
unsafe fn sum_each<V: Vector>(mut vectors: [V; 16]) -> V {
    let mut half = V::LANES / 2;
    while half > 0 {
        for i in 0..half {
            // SAFETY: the caller's contract.
            unsafe {
                let (low, high) = vectors[i].zip(vectors[i + half]);
                vectors[i] = low.add(high);
            }
        }
        half /= 2;
    }
    vectors[0]
}

/// The vector whose first lane is lane `at` of the tile.
#[inline(always)]
unsafe fn get<V: Vector>(of: Upstream, output: usize, at: usize) -> V {
    let (unit, part) = (at / LANES, at % LANES);
    let all = (1u32 << V::LANES) - 1;
    // SAFETY: the caller's contract.
    unsafe {
        let mut gradient = V::zero();
        for span in of.spans.get_unchecked(unit * of.side..(unit + 1) * of.side) {
            let lanes = span.lanes >> part & all;
            let from = of.upstream.wrapping_add(output * of.plane + part).wrapping_offset(span.offset);
            if lanes == all {
                gradient = V::load(from);
            } else if lanes != 0 {
                gradient = gradient.add(V::load_lanes(from, lanes));
            }
        }
        gradient
    }
}
