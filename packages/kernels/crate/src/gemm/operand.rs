//! A factor of a product, and its copies in the order in which tiles read it.

use super::tile::{GROUP, PANEL, group_stride};
use super::unfolded::Unfolded;
use crate::transpose::transpose;
use std::ops::Range;

/// A matrix or its transpose.
pub struct Operand<'a> {
    pub of: Unfolded<'a>,
    pub transposed: bool,
}

/// Rows that are copied before they are transposed.
const BAND: usize = 16;

impl<'a> Operand<'a> {
    pub fn new(of: Unfolded<'a>) -> Self {
        Self { of, transposed: false }
    }

    pub fn transposed(of: Unfolded<'a>) -> Self {
        Self { of, transposed: true }
    }

    pub fn rows(&self) -> usize {
        if self.transposed { self.of.columns() } else { self.of.rows() }
    }

    pub fn columns(&self) -> usize {
        if self.transposed { self.of.rows() } else { self.of.columns() }
    }

    /// As the left factor: groups `[depth / 16][rows | 1][16]`.
    pub fn pack_left(&self, rows: Range<usize>, depth: Range<usize>, to: &mut [f32], scratch: &mut [f32]) {
        assert!(to.len() >= depth.len().div_ceil(GROUP) * group_stride(rows.len()));
        if !self.transposed {
            let runs = self.of.runs(depth, GROUP, group_stride(rows.len()));
            // SAFETY: `to` covers all groups by the assertion.
            return unsafe { self.of.copy(rows, &runs, GROUP, to.as_mut_ptr()) };
        }
        for (group, first) in depth.clone().step_by(GROUP).enumerate() {
            let end = depth.end.min(first + GROUP);
            let (from, stride) = self.of.piece(first..end, rows.clone(), scratch);
            // SAFETY: the piece is of these extents, and `to` covers the group by the assertion.
            unsafe {
                let to = to.as_mut_ptr().add(group * group_stride(rows.len()));
                transpose(from, stride, end - first, rows.len(), to, GROUP);
            }
        }
    }

    /// As the right factor: panels `[columns / 32][depth][32]`.
    pub fn pack_right(&self, depth: Range<usize>, columns: Range<usize>, to: &mut [f32], scratch: &mut [f32]) {
        assert!(to.len() >= columns.len().div_ceil(PANEL) * depth.len() * PANEL);
        if !self.transposed {
            let runs = self.of.runs(columns, PANEL, depth.len() * PANEL);
            // SAFETY: `to` covers all panels by the assertion.
            return unsafe { self.of.copy(depth, &runs, PANEL, to.as_mut_ptr()) };
        }
        for first in columns.clone().step_by(BAND) {
            let end = columns.end.min(first + BAND);
            let done = first - columns.start;
            let (from, stride) = self.of.piece(first..end, depth.clone(), scratch);
            // SAFETY: the piece is of these extents, and `to` covers its panel by the assertion; bands do not cross panels.
            unsafe {
                let to = to.as_mut_ptr().add(done / PANEL * PANEL * depth.len() + done % PANEL);
                transpose(from, stride, end - first, depth.len(), to, PANEL);
            }
        }
    }
}
