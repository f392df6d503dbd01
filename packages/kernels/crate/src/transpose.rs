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
    ) = body
}

#[inline(always)]
unsafe fn body<V: Vector>(
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
        let whole_rows = rows - rows % V::LANES;
        let whole_columns = columns - columns % V::LANES;
        for row in (0..whole_rows).step_by(V::LANES) {
            for column in (0..whole_columns).step_by(V::LANES) {
                V::transpose(
                    from.add(row * from_stride + column),
                    from_stride,
                    to.add(column * to_stride + row),
                    to_stride,
                );
            }
        }
        for row in 0..rows {
            for column in (if row < whole_rows { whole_columns } else { 0 })..columns {
                *to.add(column * to_stride + row) = *from.add(row * from_stride + column);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::under_each_isa;

    #[test]
    fn every_element_changes_its_place() {
        under_each_isa(|isa| {
            for (rows, columns) in [(1, 1), (1, 40), (40, 1), (3, 5), (8, 8), (16, 16), (17, 33), (48, 20)] {
                let (from_stride, to_stride) = (columns + 3, rows + 2);
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
