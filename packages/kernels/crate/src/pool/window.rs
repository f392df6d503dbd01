use super::Pooling;
use std::ops::Range;

/// Where the window of one output lies along one axis, cut to an image of `length`.
#[inline(always)]
pub fn window(pooling: &Pooling, output: usize, length: usize) -> Range<usize> {
    let from = output * pooling.stride;
    let to = (from + pooling.size - pooling.padding).min(length);
    from.saturating_sub(pooling.padding)..to
}

/// Calls `each(output, input)` for the outputs along one axis whose window has its tap `tap` inside an image of `length`,
/// `input` being that tap's place.
#[inline(always)]
pub fn for_each_tap(pooling: &Pooling, tap: usize, length: usize, outputs: usize, mut each: impl FnMut(usize, usize)) {
    let Pooling { stride, padding, .. } = *pooling;
    let start = padding.saturating_sub(tap).div_ceil(stride);
    let end = (length + padding).saturating_sub(tap).div_ceil(stride).min(outputs);
    let offset = tap.wrapping_sub(padding);
    // Said apart, so that the compiler makes vectors of the common strides.
    match stride {
        1 => (start..end).for_each(|output| each(output, output.wrapping_add(offset))),
        2 => (start..end).for_each(|output| each(output, (output * 2).wrapping_add(offset))),
        _ => (start..end).for_each(|output| each(output, (output * stride).wrapping_add(offset))),
    }
}
