use super::copy::copy_row;
use super::correlation::Correlation;
use super::layout::{Copy, Layout};
use super::tiling::{LANES, Span, Tile};
use crate::kernel;
use crate::prefetch::{self, AHEAD};
use crate::spikes::words_of;
use crate::vector::Vector;
use std::ops::Range;

/// Input of a layer: floats, or spikes as bits, `[images, channels, height, width]`.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    Floats(&'a [f32]),
    Spikes(&'a [u32]),
}

/// Fills one tile after another with channels of the input.
pub struct Filling<'a> {
    layout: &'a Layout,
    input: Input<'a>,
    images: usize,
    channels: usize,
    /// Of a direct layout the spans of the tile's units; else what goes into the lines, and where units lie in them.
    spans: Vec<Span>,
    copies: Vec<Copy>,
    places: Vec<(usize, u32)>,
}

impl<'a> Filling<'a> {
    pub fn new(layout: &'a Layout, input: Input<'a>, images: usize, channels: usize) -> Self {
        let of = &layout.tiling.correlation;
        let found = match input {
            Input::Floats(x) => x.len(),
            Input::Spikes(bits) => bits.len() / words_of(of.width) * of.width,
        };
        assert_eq!(found, images * channels * of.height * of.width);
        let mut filling =
            Self { layout, input, images, channels, spans: Vec::new(), copies: Vec::new(), places: Vec::new() };
        if !filling.is_direct() {
            filling.places = layout.places();
        }
        filling
    }

    /// Floats that `begin` and `fill` work with.
    pub fn lines(&self) -> usize {
        if self.is_direct() { 0 } else { self.layout.lines() }
    }

    /// Goes to a tile; `lines` is for `fill`, which must get it as it is left here.
    pub fn begin(&mut self, tile: Tile, lines: &mut [f32]) {
        if self.is_direct() {
            self.layout.spans(tile, self.images, self.channels, &mut self.spans);
        } else {
            self.layout.copies(tile, self.images, self.channels, &mut self.copies);
            // Where no copy goes, the image has nothing.
            lines.fill(0.0);
        }
    }

    /// Fills the tile with some channels, `layout.channel_units` units each.
    pub fn fill(&self, channels: Range<usize>, lines: &mut [f32], tile: &mut [f32]) {
        let channel_length = self.layout.channel_units * LANES;
        assert_eq!(tile.len(), channels.len() * channel_length);
        assert!(channels.end <= self.channels);
        let of = &self.layout.tiling.correlation;
        // SAFETY: spans and copies lie within the input by their making, copies and places within the lines; and the tile
        // has a unit for each of them.
        unsafe {
            match self.input {
                Input::Floats(x) if self.is_direct() => {
                    let side = self.layout.tiling.side;
                    fill_direct(x, of.height * of.width, &self.spans, side, channels, tile.as_mut_ptr());
                }
                input => {
                    assert_eq!(lines.len(), self.lines());
                    for (channel, tile) in channels.zip(tile.chunks_exact_mut(channel_length)) {
                        fill_lines(of, input, &self.copies, &self.places, channel, lines, tile.as_mut_ptr());
                    }
                }
            }
        }
    }

    fn is_direct(&self) -> bool {
        matches!(self.input, Input::Floats(_)) && self.layout.is_direct()
    }
}

kernel! {
    unsafe fn fill_direct(x: &[f32], plane: usize, spans: &[Span], side: usize, channels: Range<usize>, tile: *mut f32) = direct_body
}

#[inline(always)]
unsafe fn direct_body<V: Vector>(
    x: &[f32],
    plane: usize,
    spans: &[Span],
    side: usize,
    channels: Range<usize>,
    tile: *mut f32,
) {
    let all = (1u32 << V::LANES) - 1;
    let mut to = tile;
    for channel in channels {
        let x = x.as_ptr().wrapping_add(channel * plane);
        for spans in spans.chunks_exact(side) {
            prefetch::read(x.wrapping_add(AHEAD * plane).wrapping_offset(spans[0].offset));
            for part in (0..LANES).step_by(V::LANES) {
                // SAFETY: the caller's contract.
                unsafe {
                    let mut unit = V::zero();
                    for span in spans {
                        let lanes = span.lanes >> part & all;
                        let from = x.wrapping_offset(span.offset).wrapping_add(part);
                        if lanes == all {
                            unit = V::load(from);
                        } else if lanes != 0 {
                            unit = unit.add(V::load_lanes(from, lanes));
                        }
                    }
                    unit.store(to);
                    to = to.add(V::LANES);
                }
            }
        }
    }
}

kernel! {
    unsafe fn fill_lines(of: &Correlation, input: Input, copies: &[Copy], places: &[(usize, u32)], channel: usize, lines: &mut [f32], tile: *mut f32) = lines_body
}

#[inline(always)]
unsafe fn lines_body<V: Vector>(
    of: &Correlation,
    input: Input,
    copies: &[Copy],
    places: &[(usize, u32)],
    channel: usize,
    lines: &mut [f32],
    tile: *mut f32,
) {
    let ahead = channel * of.height;
    match input {
        Input::Floats(x) => {
            for copy in copies {
                let from = (copy.row + ahead) * of.width + copy.column;
                let to = &mut lines[copy.to..copy.to + copy.count];
                if of.stride == 1 {
                    copy_row::<V>(&x[from..from + copy.count], to);
                } else {
                    for (to, x) in to.iter_mut().zip(x[from..].iter().step_by(of.stride)) {
                        *to = *x;
                    }
                }
            }
        }
        Input::Spikes(bits) => {
            let words = words_of(of.width);
            for copy in copies {
                let row = &bits[(copy.row + ahead) * words..][..words];
                for (i, to) in lines[copy.to..copy.to + copy.count].iter_mut().enumerate() {
                    let column = copy.column + i * of.stride;
                    *to = (row[column / 32] >> (column % 32) & 1) as f32;
                }
            }
        }
    }
    for (unit, &(at, lanes)) in places.iter().enumerate() {
        for part in (0..LANES).step_by(V::LANES) {
            // SAFETY: the caller's contract.
            unsafe {
                let line = V::load(lines.as_ptr().add(at + part));
                V::select(lanes >> part, line, V::zero()).store(tile.add(unit * LANES + part));
            }
        }
    }
}
