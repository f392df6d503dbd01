use super::panels::Panels;
use crate::bit_matrix::BitMatrix;
use crate::geometry::Geometry;
use crate::kernel;
use crate::vector::Vector;
use std::ops::Range;

/// Entries of a slot, and so the room needed past the end of a list.
pub const SLOT: usize = 32;
/// Entries that are copied without asking.
const STEP: usize = 16;

/// Of every group of channels and input pixel the list of spiking channels, as offsets of their first row in the panel.
pub struct Slots {
    pixels: usize,
    groups: usize,
    /// `[groups, pixels]`
    counts: Vec<u8>,
    /// `[groups, pixels, SLOT]`
    entries: Vec<u16>,
}

impl Slots {
    pub fn of(geometry: &Geometry, panels: &Panels, pixels: &BitMatrix) -> Self {
        let groups = geometry.channels_in.div_ceil(group_channels(panels));
        let mut slots = Self {
            pixels: pixels.rows,
            groups,
            counts: vec![0; groups * pixels.rows],
            entries: vec![0; groups * pixels.rows * SLOT],
        };
        // SAFETY: counts and slots of all groups and pixels.
        unsafe { fill(geometry, panels, pixels, slots.counts.as_mut_ptr(), slots.entries.as_mut_ptr()) };
        slots
    }

    /// The groups that a panel is made of.
    pub fn groups_of(&self, panels: &Panels, panel: usize) -> Range<usize> {
        let per_panel = panels.channels / group_channels(panels);
        panel * per_panel..((panel + 1) * per_panel).min(self.groups)
    }

    /// Writes the entries of a group at a pixel, moved by `offset`; returns how many.
    ///
    /// # Safety
    /// Group and pixel exist, and `to` has room for a slot.
    #[inline(always)]
    pub unsafe fn copy(&self, group: usize, pixel: usize, offset: u16, to: *mut u16) -> usize {
        let slot = group * self.pixels + pixel;
        debug_assert!(group < self.groups && pixel < self.pixels);
        // SAFETY: a slot has two steps; the rest is this function's contract.
        unsafe {
            let count = usize::from(*self.counts.as_ptr().add(slot));
            let from = self.entries.as_ptr().add(slot * SLOT);
            copy_step(from, offset, to);
            if count > STEP {
                copy_step(from.add(STEP), offset, to.add(STEP));
            }
            count
        }
    }
}

/// Reads all and then writes all, so that it becomes one vector.
#[inline(always)]
unsafe fn copy_step(from: *const u16, offset: u16, to: *mut u16) {
    // SAFETY: the caller's: a step on both sides.
    unsafe {
        let mut step = from.cast::<[u16; STEP]>().read_unaligned();
        for entry in &mut step {
            *entry = entry.wrapping_add(offset);
        }
        to.cast::<[u16; STEP]>().write_unaligned(step);
    }
}

/// Channels of a group: those of a panel, at most a word.
fn group_channels(panels: &Panels) -> usize {
    panels.channels.min(32)
}

kernel! {
    unsafe fn fill(geometry: &Geometry, panels: &Panels, pixels: &BitMatrix, counts: *mut u8, entries: *mut u16) = body
}

#[inline(always)]
#[expect(clippy::extra_unused_type_parameters, reason = "compiled for each instruction set, though no floats are here")]
unsafe fn body<V: Vector>(
    geometry: &Geometry,
    panels: &Panels,
    pixels: &BitMatrix,
    counts: *mut u8,
    entries: *mut u16,
) {
    let channels = group_channels(panels);
    let step = geometry.taps() * panels.row_units();
    let mask = u32::MAX >> (32 - channels);
    for group in 0..geometry.channels_in.div_ceil(channels) {
        let channel = group * channels;
        let base = (channel % panels.channels * step) as u16;
        for pixel in 0..pixels.rows {
            let word = pixels.row(pixel)[channel / 32] >> (channel % 32) & mask;
            let slot = group * pixels.rows + pixel;
            // SAFETY: this group's and pixel's count and slot, which has an entry for each of 32 bits.
            unsafe { *counts.add(slot) = list_bits(word, base, step as u16, entries.add(slot * SLOT)) as u8 };
        }
    }
}

/// Writes `base + i step` for each bit i of `word`; returns how many.
///
/// # Safety
/// `to` has room for as many entries as there are bits, and at least four.
#[inline(always)]
pub unsafe fn list_bits(mut word: u32, base: u16, step: u16, to: *mut u16) -> usize {
    let count = word.count_ones() as usize;
    // Four entries without asking: at usual rates few words have more, and a wrong guess of a branch costs more.
    for index in 0..4 {
        // SAFETY: room for four entries.
        unsafe { *to.add(index) = base.wrapping_add((word.trailing_zeros() as u16).wrapping_mul(step)) };
        word &= word.wrapping_sub(1);
    }
    let mut index = 4;
    while word != 0 {
        // SAFETY: the `index`-th of the bits.
        unsafe { *to.add(index) = base.wrapping_add((word.trailing_zeros() as u16).wrapping_mul(step)) };
        word &= word - 1;
        index += 1;
    }
    count
}
