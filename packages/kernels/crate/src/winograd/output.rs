//! A^T m A of strips of tiles, sixteen channels at a time.

use super::pass::{Image, LANES};
use super::tiles::{LONGEST, PATCH, SIDE, Strip};
use super::transform::of_output;
use crate::gemm::tile::PANEL;
use crate::kernel;
use crate::transpose::transpose_body;
use crate::vector::Vector;

/// Floats of the scratch that `transform` needs.
pub const SCRATCH: usize = SIDE * WIDEST * LANES;
const WIDEST: usize = LONGEST * SIDE;

kernel! {
    /// Sixteen channels from `first` (or as many as there are) of a strip, from products `[36][tiles][32]` of which `from`
    /// is the first of these channels, those of one of the 36 lying `stride` floats after the other.
    pub unsafe fn transform(image: &Image, data: *mut f32, strip: Strip, first: usize, from: *const f32, stride: usize, scratch: *mut f32) = transform_body
}

#[inline(always)]
unsafe fn transform_body<V: Vector>(
    image: &Image,
    data: *mut f32,
    strip: Strip,
    first: usize,
    from: *const f32,
    stride: usize,
    scratch: *mut f32,
) {
    let channels = LANES.min(image.channels - first);
    let plane = image.height * image.width;
    // SAFETY: `scratch` holds 4 rows of the strip's pixels; what lies outside the image is not written.
    unsafe {
        for tile in 0..strip.tiles {
            for lane in (0..LANES).step_by(V::LANES) {
                let from = from.add((strip.first + tile) * PANEL + lane);
                let mut columns = [[V::zero(); SIDE]; PATCH];
                for (x, column) in columns.iter_mut().enumerate() {
                    let mut products = [V::zero(); PATCH];
                    for (y, product) in products.iter_mut().enumerate() {
                        *product = V::load(from.add((y * PATCH + x) * stride));
                    }
                    *column = of_output(products);
                }
                for y in 0..SIDE {
                    let row = of_output(columns.map(|column| column[y]));
                    for (x, value) in row.into_iter().enumerate() {
                        value.store(scratch.add((y * WIDEST + tile * SIDE + x) * LANES + lane));
                    }
                }
            }
        }
        let width = (strip.tiles * SIDE).min(image.width - strip.x);
        let data = data.add((strip.image * image.channels + first) * plane + strip.x);
        for y in 0..SIDE.min(image.height - strip.y) {
            let to = data.add((strip.y + y) * image.width);
            transpose_body::<V>(scratch.add(y * WIDEST * LANES), LANES, width, channels, to, plane);
        }
    }
}
