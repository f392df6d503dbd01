//! Products of matrices, in parts whose blocks stay in the second-level cache.

use super::left::Left;
use super::operand::Operand;
use super::tile::{GROUP, PANEL, group_stride, multiply};
use crate::aligned::Aligned;
use crate::parallel::{Shared, for_each};
use crate::scratch::with_scratch;
use std::ops::Range;

/// Blocks of rows, of columns and of depth: three such squares are 0.75 MiB.
const BLOCK: usize = 256;
/// Parts that a product falls into if it is large enough, for as many threads.
const PARTS: usize = 24;
/// Multiplications that are worth a part.
const WORTH: usize = 1 << 21;
/// Depth that is worth a partial sum.
const DEPTH: usize = 2048;

/// How a product is cut into parts. Only its extents matter.
struct Cut {
    row_blocks: usize,
    column_blocks: usize,
    depth_blocks: usize,
}

impl Cut {
    fn of(rows: usize, depth: usize, columns: usize) -> Self {
        let wanted = (rows * depth * columns / WORTH).clamp(1, PARTS);
        let panels = columns.div_ceil(PANEL);
        let mut row_blocks = rows.div_ceil(BLOCK);
        let column_blocks = columns.div_ceil(BLOCK).max(panels.min(wanted / row_blocks));
        let depth_blocks = (wanted / (row_blocks * column_blocks)).min(depth / DEPTH).max(1);
        if row_blocks * column_blocks * depth_blocks < wanted {
            row_blocks = (wanted / (column_blocks * depth_blocks)).min(rows.div_ceil(PANEL)).max(row_blocks);
        }
        Self { row_blocks, column_blocks, depth_blocks }
    }
}

/// Share `index` of `shares` equal ones.
fn share(of: usize, index: usize, shares: usize) -> Range<usize> {
    of * index / shares..of * (index + 1) / shares
}

/// left x right. `write(row, column, values)` receives each element once, as rows' pieces, on several threads.
pub fn product(left: &Operand<'_>, right: &Operand<'_>, write: impl Fn(usize, usize, &[f32]) + Sync + Send) {
    assert_eq!(left.columns(), right.rows(), "the factors' depths");
    let (rows, depth, columns) = (left.rows(), left.columns(), right.columns());
    if rows == 0 || columns == 0 {
        return;
    }
    let cut = Cut::of(rows, depth, columns);
    let row_blocks = (0..cut.row_blocks).map(|block| share(rows, block, cut.row_blocks)).collect();
    let left = Left::new(left, row_blocks, cut.column_blocks > 1 && cut.depth_blocks == 1);
    let blocks = cut.row_blocks * cut.column_blocks;
    let columns_of = |block: usize| {
        let panels = share(columns.div_ceil(PANEL), block, cut.column_blocks);
        panels.start * PANEL..columns.min(panels.end * PANEL)
    };
    if cut.depth_blocks == 1 {
        return for_each(blocks, |index| {
            let (row_block, columns) = (index / cut.column_blocks, columns_of(index % cut.column_blocks));
            multiply_block(&left, right, row_block, 0..depth, columns, &write);
        });
    }
    let mut partial = Aligned::zeros(cut.depth_blocks * rows * columns);
    let sums = Shared::new(&mut partial);
    for_each(blocks * cut.depth_blocks, |index| {
        let (block, part) = (index / cut.depth_blocks, index % cut.depth_blocks);
        let (row_block, block_columns) = (block / cut.column_blocks, columns_of(block % cut.column_blocks));
        let depth = share(depth, part, cut.depth_blocks);
        multiply_block(&left, right, row_block, depth, block_columns, &|row, column, values| {
            // SAFETY: each element of each part's sums is written once.
            unsafe { sums.piece((part * rows + row) * columns + column, values.len()) }.copy_from_slice(values);
        });
    });
    for row in 0..rows {
        let (sum, others) = partial[row * columns..].split_at_mut(columns);
        for part in 1..cut.depth_blocks {
            let from = part * rows * columns - columns;
            for (sum, value) in sum.iter_mut().zip(&others[from..from + columns]) {
                *sum += value;
            }
        }
        write(row, 0, sum);
    }
}

/// The block of the product at these rows and columns, over this depth.
fn multiply_block(
    left: &Left<'_>,
    right: &Operand<'_>,
    row_block: usize,
    depth: Range<usize>,
    columns: Range<usize>,
    write: &(impl Fn(usize, usize, &[f32]) + Sync + Send),
) {
    let rows = left.rows(row_block);
    let (height, width) = (rows.len(), columns.len());
    let stride = width.next_multiple_of(PANEL);
    // The narrower the block, the deeper: the factors' rows are then read in longer pieces.
    let deep = depth.len().min((2 * BLOCK * BLOCK / (height + stride)).clamp(BLOCK, 4 * BLOCK) / GROUP * GROUP);
    let lengths =
        [deep.div_ceil(GROUP) * group_stride(height), deep * stride, height * stride, GROUP * height.max(deep)];
    with_scratch(lengths, |[a, b, c, scratch]| {
        if depth.is_empty() {
            c.fill(0.0);
        }
        for first in depth.clone().step_by(deep.max(1)) {
            let end = depth.end.min(first + deep);
            let a = left.groups(row_block, first..end, a, scratch).as_ptr();
            right.pack_right(first..end, columns.clone(), b, scratch);
            let (b, c, accumulate) = (b.as_ptr(), c.as_mut_ptr(), first > depth.start);
            // SAFETY: the packed blocks and `c` cover these extents, columns rounded up to panels.
            unsafe { multiply(height, end - first, width, a, b, c, stride, accumulate) };
        }
        for (row, values) in rows.zip(c.chunks_exact(stride)) {
            write(row, columns.start, &values[..width]);
        }
    });
}
