use super::blocks::{Block, Blocks};
use super::dynamics::Dynamics;
use super::input::Input;
use super::{Extent, Neuron};
use crate::norm::Affine;
use crate::parallel::for_each_with;
use crate::prefetch;
use crate::spikes::words_of;
use crate::vector::Vector;
use std::sync::atomic::{AtomicU64, Ordering};

/// Neurons of a block at most: what is read of one step is long enough to be fast, and the potential stays in the cache.
const BLOCK: usize = 4096;

/// Charge, fire, reset over all steps: x `[steps or 1, width]` (through the affine map, if there is one) to the bits of
/// `[steps, width]`. `decay` is 1/tau of `Plif`. Returns the number of spikes. Panics on wrong lengths.
pub fn forward(
    neuron: &Neuron,
    decay: f32,
    extent: &Extent,
    x: &[f32],
    affine: Option<&Affine>,
    bits: &mut [u32],
) -> u64 {
    assert_eq!(extent.fault(affine), None);
    assert_eq!(x.len(), extent.inputs(), "length of x");
    assert_eq!(bits.len(), extent.steps * extent.step_words(), "length of bits");
    let dynamics = Dynamics::new(neuron, decay);
    let blocks = Blocks::new(extent, BLOCK);
    let spikes = AtomicU64::new(0);
    let bits = Words { first: bits.as_mut_ptr(), stride: extent.step_words() };
    for_each_with(
        blocks.parts(),
        || Scratch::new(extent, &blocks),
        |scratch, part| {
            for block in blocks.of_part(part) {
                let fired = forward_block(&dynamics, extent, &blocks, block, x, affine, bits, scratch);
                spikes.fetch_add(fired, Ordering::Relaxed);
            }
        },
    );
    spikes.into_inner()
}

/// Where spikes are written: words of one step, and how far on those of the next are.
#[derive(Clone, Copy)]
struct Words {
    first: *mut u32,
    stride: usize,
}

// SAFETY: blocks write disjoint words.
unsafe impl Send for Words {}
// SAFETY: as above.
unsafe impl Sync for Words {}

/// What one block needs: the potential, the affine map of every neuron, bits that are still to be cut into rows.
struct Scratch {
    potential: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
    words: Vec<u32>,
}

impl Scratch {
    fn new(extent: &Extent, blocks: &Blocks) -> Self {
        let padded = blocks.longest().next_multiple_of(32);
        let words = if blocks.flat() { 0 } else { extent.steps * padded / 32 };
        Self { potential: vec![0.0; padded], scale: vec![0.0; padded], shift: vec![0.0; padded], words: vec![0; words] }
    }
}

fn forward_block(
    dynamics: &Dynamics,
    extent: &Extent,
    blocks: &Blocks,
    block: Block,
    x: &[f32],
    affine: Option<&Affine>,
    bits: Words,
    scratch: &mut Scratch,
) -> u64 {
    let Block { from, length, word } = block;
    let Scratch { potential, scale, shift, words } = scratch;
    potential.fill(dynamics.rest);
    if let Some(affine) = affine {
        affine.spread(from, &mut scale[..length], &mut shift[..length]);
    }
    let input = Input {
        x: x[from..].as_ptr(),
        stride: if extent.constant_input { 0 } else { extent.width },
        length,
        affine: affine.map(|_| (scale.as_ptr(), shift.as_ptr())),
    };
    let flat = length.div_ceil(32);
    // SAFETY: the block's words lie within `bits`, whose length was checked.
    let rows = Words { first: unsafe { bits.first.add(word) }, ..bits };
    let to = if blocks.flat() { rows } else { Words { first: words.as_mut_ptr(), stride: flat } };
    // SAFETY: the input covers the block at every step, the potential is padded to whole words, and `to` is either this
    // block's words alone or the scratch, which holds `flat` words of every step.
    let fired = unsafe { run(*dynamics, input, extent.steps, potential.as_mut_ptr(), to) };
    if !blocks.flat() {
        for step in 0..extent.steps {
            let count = length / extent.row * words_of(extent.row);
            // SAFETY: the words of this block's rows, which no other block writes.
            let rows = unsafe { std::slice::from_raw_parts_mut(rows.first.add(step * rows.stride), count) };
            cut(&words[step * flat..][..flat], extent.row, rows);
        }
    }
    fired
}

/// Cuts bits that follow one another into rows that begin with a word.
fn cut(flat: &[u32], row: usize, rows: &mut [u32]) {
    match row {
        8 => cut_words::<4>(flat, rows),
        16 => cut_words::<2>(flat, rows),
        _ => cut_rows(flat, row, rows),
    }
}

/// `N` rows to a word.
fn cut_words<const N: usize>(flat: &[u32], rows: &mut [u32]) {
    for (word, rows) in flat.iter().zip(rows.chunks_mut(N)) {
        for (index, row) in rows.iter_mut().enumerate() {
            *row = word >> (index * 32 / N) & low_bits(32 / N);
        }
    }
}

fn cut_rows(flat: &[u32], row: usize, rows: &mut [u32]) {
    let words = words_of(row);
    for (index, row_words) in rows.chunks_exact_mut(words).enumerate() {
        for (word, bits) in row_words.iter_mut().enumerate() {
            let (from, shift) = ((index * row + 32 * word) / 32, (index * row + 32 * word) % 32);
            let high = flat.get(from + 1).copied().unwrap_or(0);
            let window = (u64::from(high) << 32 | u64::from(flat[from])) >> shift;
            *bits = window as u32 & low_bits(row - 32 * word);
        }
    }
}

/// The lowest `count` bits, all when there are fewer.
#[inline(always)]
fn low_bits(count: usize) -> u32 {
    if count >= 32 { u32::MAX } else { (1 << count) - 1 }
}

crate::kernel! {
    /// One block over all steps, the potential being at rest. Returns the number of spikes.
    unsafe fn run(dynamics: Dynamics, input: Input, steps: usize, potential: *mut f32, to: Words) -> u64 = run_body
}

#[inline(always)]
unsafe fn run_body<V: Vector>(dynamics: Dynamics, input: Input, steps: usize, potential: *mut f32, to: Words) -> u64 {
    let mut spikes = 0;
    for step in 0..steps {
        let next = input.step_or_next(step + 1, steps);
        for index in 0..input.length.div_ceil(32) {
            let from = index * 32;
            let count = (input.length - from).min(32);
            let mut word = 0;
            for at in (0..count).step_by(V::LANES) {
                // SAFETY: the caller's contract; `at` is within the block, and the potential is padded.
                unsafe {
                    prefetch::read_later(next.wrapping_add(from + at));
                    let held = potential.add(from + at);
                    let (_, x) = input.at::<V>(step, from + at);
                    let membrane = dynamics.charge(V::load(held), x);
                    let fired = dynamics.fire(membrane);
                    dynamics.reset(membrane, fired).store(held);
                    word |= fired << at;
                }
            }
            word &= low_bits(count);
            spikes += u64::from(word.count_ones());
            // SAFETY: the caller's contract.
            unsafe { *to.first.add(step * to.stride + index) = word };
        }
    }
    spikes
}
