//! The left factor of a product in blocks of rows, packed once for all parts if it is small.

use super::operand::Operand;
use super::tile::{GROUP, group_stride};
use crate::aligned::Aligned;
use crate::parallel::{Shared, for_each};
use crate::scratch::with_scratch;
use std::ops::Range;

/// Elements up to which it is: 10 MiB.
const SMALL: usize = 5 << 19;
/// Depth that a part of the packing takes.
const DEPTH: usize = 256;

pub struct Left<'a> {
    operand: &'a Operand<'a>,
    blocks: Vec<Range<usize>>,
    /// The groups of each block over all the depth.
    packed: Option<Aligned>,
}

impl<'a> Left<'a> {
    /// `reused`: whether each block is asked for more than once.
    pub fn new(operand: &'a Operand<'a>, blocks: Vec<Range<usize>>, reused: bool) -> Self {
        let mut left = Self { operand, blocks, packed: None };
        if reused && operand.rows() * operand.columns() <= SMALL {
            left.packed = Some(left.pack());
        }
        left
    }

    pub fn rows(&self, block: usize) -> Range<usize> {
        self.blocks[block].clone()
    }

    /// The groups `[depth / 16][rows | 1][16]` of a block, if need be packed into `buffer`. The depth begins at a group.
    pub fn groups<'b>(
        &'b self,
        block: usize,
        depth: Range<usize>,
        buffer: &'b mut [f32],
        scratch: &mut [f32],
    ) -> &'b [f32] {
        if let Some(packed) = &self.packed {
            return &packed[self.start(block) + depth.start / GROUP * group_stride(self.blocks[block].len())..];
        }
        self.operand.pack_left(self.rows(block), depth, buffer, scratch);
        buffer
    }

    /// Where a block begins. With `rows | 1`, each has at most one row more than it has.
    fn start(&self, block: usize) -> usize {
        (self.blocks[block].start + block) * GROUP * self.operand.columns().div_ceil(GROUP)
    }

    fn pack(&self) -> Aligned {
        let depth = self.operand.columns();
        let mut packed = Aligned::zeros((self.operand.rows() + self.blocks.len()) * depth.next_multiple_of(GROUP));
        let pieces = depth.div_ceil(DEPTH);
        let all = Shared::new(&mut packed);
        for_each(self.blocks.len() * pieces, |part| {
            let (block, first) = (part / pieces, part % pieces * DEPTH);
            let (rows, end) = (self.rows(block), depth.min(first + DEPTH));
            let stride = group_stride(rows.len());
            let start = self.start(block) + first / GROUP * stride;
            // SAFETY: every part has groups of its own.
            let to = unsafe { all.piece(start, (end - first).div_ceil(GROUP) * stride) };
            with_scratch([GROUP * rows.len()], |[scratch]| self.operand.pack_left(rows, first..end, to, scratch));
        });
        packed
    }
}
