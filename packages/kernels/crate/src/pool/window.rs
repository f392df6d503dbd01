use super::Pooling;
use std::ops::Range;

/// Where the window of one output lies along one axis, cut to an image of `length`.
#[inline(always)]
pub fn window(pooling: &Pooling, output: usize, length: usize) -> Range<usize> {
    let from = output * pooling.stride;
    let to = (from + pooling.size - pooling.padding).min(length);
    from.saturating_sub(pooling.padding)..to
}

/// Calls `each(output, input)` for every element of every window of `rows` rows, tap by tap, `input` being the element's place
/// in the rows and `output` the window's in what becomes of them.
#[inline(always)]
pub fn for_each_column(pooling: &Pooling, rows: usize, mut each: impl FnMut(usize, usize)) {
    let Pooling { width, size, stride, padding, .. } = *pooling;
    // Windows that fill a row fill the next one, too: all rows are one.
    let seamless = padding == 0 && size == stride && width % stride == 0;
    let (rows, width, outputs) =
        if seamless { (1, rows * width, rows * pooling.out_width()) } else { (rows, width, pooling.out_width()) };
    for row in 0..rows {
        for tap in 0..size {
            let start = padding.saturating_sub(tap).div_ceil(stride);
            let end = (width + padding).saturating_sub(tap).div_ceil(stride).min(outputs);
            let (output, input) = (row * outputs, (row * width + tap).wrapping_sub(padding));
            // Said apart, so that the compiler makes vectors of the common strides.
            match stride {
                1 => (start..end).for_each(|at| each(output + at, input.wrapping_add(at))),
                2 => (start..end).for_each(|at| each(output + at, input.wrapping_add(2 * at))),
                _ => (start..end).for_each(|at| each(output + at, input.wrapping_add(stride * at))),
            }
        }
    }
}
