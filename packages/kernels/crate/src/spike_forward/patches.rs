//! Which weight rows the patch of each output pixel adds up: im2col of spikes in sparse form.

use super::panels::Panels;
use super::slots::{SLOT, Slots, list_bits};
use super::tile::Tile;
use crate::bit_matrix::BitMatrix;
use crate::geometry::Geometry;
use crate::kernel;
use crate::vector::Vector;
use std::ops::Range;

/// The lists of one tile's output pixels: panel by panel, in a panel pixel by pixel.
#[derive(Default)]
pub struct Patches {
    /// Offsets of weight rows within their panel.
    entries: Vec<u16>,
    /// `[panels, pixels]` lengths of lists.
    counts: Vec<u16>,
    /// Where each panel's entries begin, and where the last ones end.
    starts: Vec<usize>,
}

/// The lists of one panel.
pub struct PanelLists<'a> {
    pub entries: &'a [u16],
    pub counts: &'a [u16],
}

impl Patches {
    pub fn panel(&self, panel: usize) -> PanelLists<'_> {
        let pixels = self.counts.len() / (self.starts.len() - 1);
        PanelLists {
            entries: &self.entries[self.starts[panel]..self.starts[panel + 1]],
            counts: &self.counts[panel * pixels..(panel + 1) * pixels],
        }
    }

    /// Lists the patches of `tile`, in place of what was listed before.
    pub fn list(&mut self, geometry: &Geometry, panels: &Panels, bits: &[u32], tile: &Tile) {
        let pixels = if geometry.is_linear() {
            BitMatrix::of_features(geometry, bits, tile.images.clone())
        } else {
            BitMatrix::of_channels(geometry, bits, tile.images.clone(), tile.input_rows(geometry)).transposed()
        };
        self.entries.clear();
        // Every spike is under each tap at most once.
        self.entries.reserve(pixels.count() * geometry.taps() + SLOT);
        self.counts.clear();
        self.counts.resize(panels.count * tile.pixels(geometry), 0);
        self.starts.clear();
        self.starts.push(0);
        let slots = (geometry.taps() > 1).then(|| Slots::of(geometry, panels, &pixels));
        for (panel, counts) in self.counts.chunks_exact_mut(tile.pixels(geometry)).enumerate() {
            let end = self.entries.len();
            // SAFETY: there is room for all spikes and a slot more, and a count for every output pixel.
            unsafe {
                let to = self.entries.as_mut_ptr().add(end);
                let listed = match &slots {
                    Some(slots) => list_patches(geometry, panels, tile, slots, panel, counts, to),
                    None => list_pixels(geometry, panels, tile, &pixels, panel, counts, to),
                };
                self.entries.set_len(end + listed);
            }
            self.starts.push(self.entries.len());
        }
    }
}

kernel! {
    /// Writes the lists of one panel; returns how many entries they have.
    unsafe fn list_patches(
        geometry: &Geometry,
        panels: &Panels,
        tile: &Tile,
        slots: &Slots,
        panel: usize,
        counts: &mut [u16],
        entries: *mut u16,
    ) -> usize = patches_body
}

#[inline(always)]
#[expect(clippy::extra_unused_type_parameters, reason = "compiled for each instruction set, though no floats are here")]
unsafe fn patches_body<V: Vector>(
    geometry: &Geometry,
    panels: &Panels,
    tile: &Tile,
    slots: &Slots,
    panel: usize,
    counts: &mut [u16],
    entries: *mut u16,
) -> usize {
    let Geometry { height, width, kernel, stride, padding, .. } = *geometry;
    let (out_width, input_rows) = (geometry.out_width(), tile.input_rows(geometry));
    let units = panels.row_units();
    let groups = slots.groups_of(panels, panel);
    let mut end = entries;
    for image in 0..tile.images.len() {
        for (index, out_row) in tile.rows.clone().enumerate() {
            let tap_rows = taps(out_row, height, geometry);
            for out_column in 0..out_width {
                let tap_columns = taps(out_column, width, geometry);
                let before = end;
                for tap_row in tap_rows.clone() {
                    let row = image * input_rows.len() + out_row * stride + tap_row - padding - input_rows.start;
                    for tap_column in tap_columns.clone() {
                        let pixel = row * width + out_column * stride + tap_column - padding;
                        let offset = ((tap_row * kernel + tap_column) * units) as u16;
                        for group in groups.clone() {
                            // SAFETY: the caller's room; pixel and group exist.
                            unsafe { end = end.add(slots.copy(group, pixel, offset, end)) };
                        }
                    }
                }
                // SAFETY: both point into the entries.
                counts[(image * tile.rows.len() + index) * out_width + out_column] =
                    unsafe { end.offset_from(before) } as u16;
            }
        }
    }
    // SAFETY: both point into the entries.
    unsafe { end.offset_from(entries) as usize }
}

/// The taps along an axis that fall into the image at an output coordinate.
#[inline(always)]
fn taps(out: usize, extent: usize, geometry: &Geometry) -> Range<usize> {
    let first = geometry.padding.saturating_sub(out * geometry.stride);
    let end = (extent + geometry.padding).saturating_sub(out * geometry.stride).min(geometry.kernel);
    first.min(end)..end
}

kernel! {
    /// `list_patches` for a kernel of one tap, where every input pixel is in one patch at most.
    unsafe fn list_pixels(
        geometry: &Geometry,
        panels: &Panels,
        tile: &Tile,
        pixels: &BitMatrix,
        panel: usize,
        counts: &mut [u16],
        entries: *mut u16,
    ) -> usize = pixels_body
}

#[inline(always)]
#[expect(clippy::extra_unused_type_parameters, reason = "compiled for each instruction set, though no floats are here")]
unsafe fn pixels_body<V: Vector>(
    geometry: &Geometry,
    panels: &Panels,
    tile: &Tile,
    pixels: &BitMatrix,
    panel: usize,
    counts: &mut [u16],
    entries: *mut u16,
) -> usize {
    let Geometry { height, width, stride, padding, .. } = *geometry;
    let (out_width, input_rows) = (geometry.out_width(), tile.input_rows(geometry));
    let units = panels.row_units();
    let words = panel * panels.channels / 32..((panel + 1) * panels.channels).min(pixels.columns).div_ceil(32);
    let mut end = entries;
    for image in 0..tile.images.len() {
        for (index, out_row) in tile.rows.clone().enumerate() {
            for out_column in 0..out_width {
                let (row, column) = (out_row * stride, out_column * stride);
                let inside = (padding..padding + height).contains(&row) && (padding..padding + width).contains(&column);
                if !inside {
                    continue;
                }
                let row = image * input_rows.len() + row - padding - input_rows.start;
                let before = end;
                for (index, &word) in pixels.row(row * width + column - padding)[words.clone()].iter().enumerate() {
                    // SAFETY: the caller's room.
                    unsafe { end = end.add(list_bits(word, (index * 32 * units) as u16, units as u16, end)) };
                }
                // SAFETY: both point into the entries.
                counts[(image * tile.rows.len() + index) * out_width + out_column] =
                    unsafe { end.offset_from(before) } as u16;
            }
        }
    }
    // SAFETY: both point into the entries.
    unsafe { end.offset_from(entries) as usize }
}
