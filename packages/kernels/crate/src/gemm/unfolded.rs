//! Images unfolded into the matrix whose product with the weights is their convolution (im2col), never held in memory:
//! the pieces of it that a product is at are copied from the images.

use crate::kernel;
use crate::vector::Vector;
use std::ops::Range;

/// A matrix whose rows are (channel, tap) and whose columns are (image, y, x) of the output. Its elements are
/// `images[image][channel][y stride + dy][x stride + dx]` with (dy, dx) the tap, 0 outside the image.
pub struct Unfolded<'a> {
    pub data: &'a [f32],
    pub images: usize,
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    pub taps: Vec<(isize, isize)>,
    pub stride: usize,
    pub out_height: usize,
    pub out_width: usize,
}

/// Columns that follow one another in a row of the output.
pub struct Run {
    /// Where the image's channel 0 has the pixel that the tap (0, 0) reads for the first column.
    from: isize,
    y: isize,
    x: isize,
    length: usize,
    to: usize,
}

impl<'a> Unfolded<'a> {
    /// A plain matrix.
    pub fn matrix(data: &'a [f32], rows: usize, columns: usize) -> Self {
        Self::planes(data, 1, rows, columns)
    }

    /// `[images, channels, pixels]` as the matrix `[channels, images x pixels]`.
    pub fn planes(data: &'a [f32], images: usize, channels: usize, pixels: usize) -> Self {
        Self {
            data,
            images,
            channels,
            height: 1,
            width: pixels,
            taps: vec![(0, 0)],
            stride: 1,
            out_height: 1,
            out_width: pixels,
        }
    }

    pub fn rows(&self) -> usize {
        self.channels * self.taps.len()
    }

    pub fn columns(&self) -> usize {
        self.images * self.out_height * self.out_width
    }

    /// The columns as runs, to be laid out in panels of `panel` columns, each `panel_stride` floats after the last.
    pub fn runs(&self, columns: Range<usize>, panel: usize, panel_stride: usize) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut column = columns.start;
        while column < columns.end {
            let done = column - columns.start;
            let x = column % self.out_width;
            let length = (self.out_width - x).min(columns.end - column).min(panel - done % panel);
            let row = column / self.out_width;
            let (image, y, x) = (row / self.out_height, row % self.out_height * self.stride, x * self.stride);
            let from = image * self.channels * self.height * self.width + y * self.width + x;
            let to = done / panel * panel_stride + done % panel;
            runs.push(Run { from: from as isize, y: y as isize, x: x as isize, length, to });
            column += length;
        }
        runs
    }

    /// Where a piece of the matrix lies, and the distance between its rows: where it is if that is in rows, else in `scratch`.
    pub fn piece(&self, rows: Range<usize>, columns: Range<usize>, scratch: &mut [f32]) -> (*const f32, usize) {
        assert!(rows.end <= self.rows() && columns.end <= self.columns());
        if self.images == 1 && self.height == 1 && self.taps == [(0, 0)] && self.width == self.out_width {
            return (self.data[rows.start * self.width + columns.start..].as_ptr(), self.width);
        }
        let stride = columns.len();
        assert!(scratch.len() >= rows.len() * stride);
        let runs = self.runs(columns, usize::MAX, 0);
        // SAFETY: `scratch` covers the piece by the assertion.
        unsafe { self.copy(rows, &runs, stride, scratch.as_mut_ptr()) };
        (scratch.as_ptr(), stride)
    }

    /// Copies the elements of `rows` and `runs`; a row begins `row_stride` floats after the one before.
    ///
    /// # Safety
    /// The runs are this matrix's, and `to` covers all rows of them.
    pub unsafe fn copy(&self, rows: Range<usize>, runs: &[Run], row_stride: usize, to: *mut f32) {
        assert!(rows.end <= self.rows());
        assert_eq!(self.data.len(), self.images * self.channels * self.height * self.width);
        // SAFETY: the data is what the extents say; the rest is this function's contract.
        unsafe { copy_rows(self, rows.start, rows.end, runs, row_stride, to) }
    }
}

kernel! { unsafe fn copy_rows(of: &Unfolded<'_>, first: usize, end: usize, runs: &[Run], row_stride: usize, to: *mut f32) = copy_rows_body }

#[inline(always)]
unsafe fn copy_rows_body<V: Vector>(
    of: &Unfolded<'_>,
    first: usize,
    end: usize,
    runs: &[Run],
    row_stride: usize,
    to: *mut f32,
) {
    for row in first..end {
        let (dy, dx) = of.taps[row % of.taps.len()];
        let plane = (row / of.taps.len() * of.height * of.width) as isize;
        let from = of.data.as_ptr().wrapping_offset(plane + dy * of.width as isize + dx);
        // SAFETY: within `to` by the contract; reads are clipped to the image's rows and columns.
        unsafe {
            let to = to.add((row - first) * row_stride);
            for run in runs {
                let (from, to) = (from.wrapping_offset(run.from), to.add(run.to));
                // Negative ones wrap around to beyond every image.
                let (y, x) = ((run.y + dy) as usize, (run.x + dx) as usize);
                if y >= of.height {
                    fill(to, run.length);
                } else if of.stride == 1 && x < of.width && x + run.length <= of.width {
                    copy::<V>(from, to, run.length);
                } else {
                    copy_clipped::<V>(of, run.x + dx, run.length, from, to);
                }
            }
        }
    }
}

/// A run that begins or ends outside the image, or whose pixels have gaps.
#[inline(always)]
unsafe fn copy_clipped<V: Vector>(of: &Unfolded<'_>, x: isize, length: usize, from: *const f32, to: *mut f32) {
    let before = |edge: isize| (edge.max(0) as usize).div_ceil(of.stride).min(length);
    let (begin, end) = (before(-x), before(of.width as isize - x));
    // SAFETY: `to` covers the run; only pixels of the image are read.
    unsafe {
        fill(to, begin.min(end));
        if of.stride == 1 {
            copy::<V>(from.wrapping_add(begin), to.add(begin), end.saturating_sub(begin));
        } else {
            for i in begin..end {
                *to.add(i) = *from.wrapping_add(i * of.stride);
            }
        }
        fill(to.add(end), length - end);
    }
}

#[inline(always)]
unsafe fn copy<V: Vector>(from: *const f32, to: *mut f32, length: usize) {
    // SAFETY: both cover `length` floats.
    unsafe {
        let mut i = 0;
        while i + V::LANES <= length {
            V::load(from.add(i)).store(to.add(i));
            i += V::LANES;
        }
        if i < length {
            V::load_part(from.add(i), length - i).store_part(to.add(i), length - i);
        }
    }
}

#[inline(always)]
unsafe fn fill(to: *mut f32, length: usize) {
    // SAFETY: covers `length` floats.
    unsafe { std::slice::from_raw_parts_mut(to, length) }.fill(0.0);
}
