//! B^T d B of strips of tiles, sixteen channels at a time.

use super::pass::{Image, LANES};
use super::tiles::{LONGEST, PATCH, SIDE, Strip};
use super::transform::of_input;
use crate::kernel;
use crate::transpose::transpose_body;
use crate::vector::Vector;

/// Floats of the scratch that `transform` needs.
pub const SCRATCH: usize = PATCH * WIDEST * LANES;
const WIDEST: usize = LONGEST * SIDE + PATCH - SIDE;

kernel! {
    /// Sixteen channels from `first` (or as many as there are) of a strip. Value (y, x) of the patch of tile t goes to
    /// `to[(6 y + x) stride + 16 t + channel]`. The tile at (0, 0) begins `padding` pixels before the image.
    pub unsafe fn transform(image: &Image, data: *const f32, padding: isize, strip: Strip, first: usize, scratch: *mut f32, to: *mut f32, stride: usize) = transform_body
}

#[inline(always)]
unsafe fn transform_body<V: Vector>(
    image: &Image,
    data: *const f32,
    padding: isize,
    strip: Strip,
    first: usize,
    scratch: *mut f32,
    to: *mut f32,
    stride: usize,
) {
    let channels = LANES.min(image.channels - first);
    let plane = image.height * image.width;
    let width = strip.tiles * SIDE + PATCH - SIDE;
    let (top, left) = (strip.y as isize - padding, strip.x as isize - padding);
    // The strip's columns that lie within the image.
    let begin = (-left).clamp(0, width as isize) as usize;
    let end = (image.width as isize - left).clamp(begin as isize, width as isize) as usize;
    // SAFETY: reads are clipped to the image; `scratch` holds 6 rows of `width` pixels; `to` is the caller's promise.
    unsafe {
        let data = data.add((strip.image * image.channels + first) * plane);
        for row in 0..PATCH {
            let y = top + row as isize;
            let pixels = scratch.add(row * WIDEST * LANES);
            if y < 0 || y >= image.height as isize {
                fill::<V>(pixels, width);
                continue;
            }
            fill::<V>(pixels, begin);
            let from = data.wrapping_offset(y * image.width as isize + left + begin as isize);
            transpose_body::<V>(from, plane, channels, end - begin, pixels.add(begin * LANES), LANES);
            fill::<V>(pixels.add(end * LANES), width - end);
        }
        for lane in (0..LANES).step_by(V::LANES) {
            let at = |row: usize, column: usize| scratch.add((row * WIDEST + column) * LANES + lane);
            for column in 0..width {
                let mut pixels = [V::zero(); PATCH];
                for (row, pixel) in pixels.iter_mut().enumerate() {
                    *pixel = V::load(at(row, column));
                }
                for (row, value) in of_input(pixels).into_iter().enumerate() {
                    value.store(at(row, column));
                }
            }
            for tile in 0..strip.tiles {
                let to = to.add((strip.first + tile) * LANES + lane);
                for row in 0..PATCH {
                    let mut pixels = [V::zero(); PATCH];
                    for (column, pixel) in pixels.iter_mut().enumerate() {
                        *pixel = V::load(at(row, tile * SIDE + column));
                    }
                    for (column, value) in of_input(pixels).into_iter().enumerate() {
                        value.store(to.add((row * PATCH + column) * stride));
                    }
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn fill<V: Vector>(pixels: *mut f32, count: usize) {
    for lane in (0..count * LANES).step_by(V::LANES) {
        // SAFETY: the caller's contract: `count` pixels of sixteen channels.
        unsafe { V::zero().store(pixels.add(lane)) };
    }
}
