//! Matrix transposition between strided arrays.

use crate::kernel;
use crate::vector::Vector;

kernel! {
    /// `to[j * to_stride + i] = from[i * from_stride + j]` for i < rows, j < columns.
    pub unsafe fn transpose(
        from: *const f32,
        from_stride: usize,
        rows: usize,
        columns: usize,
        to: *mut f32,
        to_stride: usize,
    ) = transpose_body
}

#[inline(always)]
pub unsafe fn transpose_body<V: Vector>(
    from: *const f32,
    from_stride: usize,
    rows: usize,
    columns: usize,
    to: *mut f32,
    to_stride: usize,
) {
    // SAFETY: the caller's pointers cover both matrices; all indices stay below their extents.
    unsafe {
        if rows == 1 && to_stride == 1 {
            return std::ptr::copy_nonoverlapping(from, to, columns);
        }
        if columns == 1 && from_stride == 1 {
            return std::ptr::copy_nonoverlapping(from, to, rows);
        }
        let mut row = 0;
        let mut tall = until_line::<V>(to, to_stride).min(rows);
        while row < rows {
            let mut column = 0;
            let mut wide = until_line::<V>(from, from_stride).min(columns);
            while column < columns {
                let (from, to) = (from.add(row * from_stride + column), to.add(column * to_stride + row));
                transpose_block::<V>(from, from_stride, tall, wide, to, to_stride);
                column += wide;
                wide = V::LANES.min(columns - column);
            }
            row += tall;
            tall = V::LANES.min(rows - row);
        }
    }
}

/// A block of at most LANES x LANES. Zipping row i with row i + LANES / 2, log2(LANES) times over, rotates the bits of
/// (row, lane) until these two have changed places.
#[inline(always)]
unsafe fn transpose_block<V: Vector>(
    from: *const f32,
    from_stride: usize,
    rows: usize,
    columns: usize,
    to: *mut f32,
    to_stride: usize,
) {
    // SAFETY: only the block's elements are touched.
    unsafe {
        let mut block = [V::zero(); 16];
        for row in 0..V::LANES {
            if row < rows {
                block[row] = V::load_up_to(from.add(row * from_stride), columns);
            }
        }
        for _ in 0..V::LANES.ilog2() {
            let before = block;
            for i in 0..V::LANES / 2 {
                (block[2 * i], block[2 * i + 1]) = before[i].zip(before[i + V::LANES / 2]);
            }
        }
        for column in 0..V::LANES {
            if column < columns {
                block[column].store_up_to(to.add(column * to_stride), rows);
            }
        }
    }
}

/// Elements of the first square. Where the lines of a square's rows fall into one set of the cache they drive each other out,
/// so each should be used up at once: the next squares begin with a line.
#[inline(always)]
fn until_line<V: Vector>(pointer: *const f32, stride: usize) -> usize {
    let ahead = pointer.align_offset(V::LANES * size_of::<f32>());
    if stride.is_multiple_of(CONFLICT) && ahead > 0 && ahead < V::LANES { ahead } else { V::LANES }
}

/// Floats of a stride at which 16 lines share the eight ways of a set or two: strides are powers of two more often than not.
const CONFLICT: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::under_each_isa;

    #[test]
    fn every_element_changes_its_place() {
        under_each_isa(|isa| {
            let extents =
                [(1, 1), (1, 40), (40, 1), (3, 5), (8, 8), (16, 16), (17, 33), (48, 20), (16, 61), (61, 16), (70, 70)];
            let strides = [(0, 0), (3, 5), (0, 512), (512, 0)];
            for ((rows, columns), (wider, taller)) in extents.iter().flat_map(|&of| strides.map(|more| (of, more))) {
                let stride =
                    |extent: usize, more| if more == 512 { extent.next_multiple_of(512) } else { extent + more };
                let (from_stride, to_stride) = (stride(columns, wider), stride(rows, taller));
                let from: Vec<f32> = (0..rows * from_stride).map(|i| i as f32).collect();
                let mut to = vec![-1.0; columns * to_stride];
                // SAFETY: both matrices lie inside their arrays.
                unsafe { transpose(from.as_ptr(), from_stride, rows, columns, to.as_mut_ptr(), to_stride) };
                for (index, &value) in to.iter().enumerate() {
                    let (column, row) = (index / to_stride, index % to_stride);
                    let expected = if row < rows { from[row * from_stride + column] } else { -1.0 };
                    assert_eq!(value, expected, "{isa:?} {rows}x{columns}");
                }
            }
        });
    }
}
