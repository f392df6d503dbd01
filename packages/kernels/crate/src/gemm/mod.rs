//! Dense layers as products of matrices: forward, gradient to the input, gradient to the weights.

mod left;
mod operand;
mod pixels;
mod product;
mod taps;
#[cfg(test)]
mod tests;
mod thin;
pub(crate) mod tile;
mod unfolded;

use crate::geometry::Geometry;
use crate::parallel::Shared;
use operand::Operand;
use pixels::Pixels;
use product::product;
use taps::Tap;
use unfolded::Unfolded;

/// y = conv(x, weights).
pub fn forward(g: &Geometry, x: &[f32], weights: &[f32], y: &mut [f32]) {
    check(g, x, weights, y);
    let taps = taps::of_forward(g);
    let weights = &*taps::by_output(g, weights, &taps);
    if !is_pixel(g, &taps) {
        let input = unfold_input(g, &taps, x);
        let left = Operand::new(Unfolded::matrix(weights, g.channels_out, input.rows()));
        let to = Pixels::new(Shared::new(y), g.channels_out, (g.out_height(), g.out_width()), 1, (0, 0));
        // SAFETY: the product writes each pixel of each channel once.
        return product(&left, &Operand::new(input), |channel, at, values| unsafe { to.write(channel, at, values) });
    }
    if g.images <= thin::FEW {
        return thin::forward(x, weights, g.channels_in, g.channels_out, y);
    }
    let left = Operand::new(Unfolded::matrix(x, g.images, g.channels_in));
    let right = Operand::transposed(Unfolded::matrix(weights, g.channels_out, g.channels_in));
    write_matrix(&left, &right, g.channels_out, y);
}

/// Gradient to the input, from that to the output.
pub fn to_input(g: &Geometry, upstream: &[f32], weights: &[f32], gradient: &mut [f32]) {
    check(g, gradient, weights, upstream);
    let taps = taps::of_forward(g);
    if is_pixel(g, &taps) {
        let weights = &*taps::by_output(g, weights, &taps);
        let left = Operand::new(Unfolded::matrix(upstream, g.images, g.channels_out));
        let right = Operand::new(Unfolded::matrix(weights, g.channels_out, g.channels_in));
        return write_matrix(&left, &right, g.channels_in, gradient);
    }
    // Pixels of the input that lie at the same place modulo the stride have the same taps: a convolution of stride 1.
    let to = Shared::new(gradient);
    for y in 0..g.stride.min(g.height) {
        for x in 0..g.stride.min(g.width) {
            let taps = taps::of_phase(g, (y, x));
            let weights = taps::by_input(g, weights, &taps);
            let to = Pixels::new(to, g.channels_in, (g.height, g.width), g.stride, (y, x));
            let input = Unfolded {
                data: upstream,
                images: g.images,
                channels: g.channels_out,
                height: g.out_height(),
                width: g.out_width(),
                taps: taps.iter().map(|tap| tap.offset).collect(),
                stride: 1,
                out_height: to.rows,
                out_width: to.columns,
            };
            let left = Operand::new(Unfolded::matrix(&weights, g.channels_in, input.rows()));
            // SAFETY: the product writes each pixel of each channel once.
            product(&left, &Operand::new(input), |channel, at, values| unsafe { to.write(channel, at, values) });
        }
    }
}

/// Gradient to the weights, from the input and the gradient to the output.
pub fn to_weights(g: &Geometry, x: &[f32], upstream: &[f32], gradient: &mut [f32]) {
    check(g, x, gradient, upstream);
    let taps = taps::of_forward(g);
    if taps.len() < g.taps() {
        gradient.fill(0.0);
    }
    let to = Shared::new(gradient);
    let write = |channel: usize, first: usize, values: &[f32]| {
        let row = channel * g.channels_in * g.taps();
        if taps.len() == g.taps() {
            // SAFETY: the product writes each weight's gradient once.
            return unsafe { to.piece(row + first, values.len()) }.copy_from_slice(values);
        }
        for (i, value) in (first..).zip(values) {
            let place = i / taps.len() * g.taps() + taps[i % taps.len()].index;
            // SAFETY: as above.
            unsafe { to.piece(row + place, 1)[0] = *value };
        }
    };
    if is_pixel(g, &taps) {
        let left = Operand::transposed(Unfolded::matrix(upstream, g.images, g.channels_out));
        return product(&left, &Operand::new(Unfolded::matrix(x, g.images, g.channels_in)), write);
    }
    let left = Operand::new(Unfolded::planes(upstream, g.images, g.channels_out, g.out_height() * g.out_width()));
    product(&left, &Operand::transposed(unfold_input(g, &taps, x)), write);
}

/// Panics unless the lengths are those of the geometry.
fn check(g: &Geometry, x: &[f32], weights: &[f32], y: &[f32]) {
    g.check();
    assert_eq!(x.len(), g.images * g.input_size(), "the input's length");
    assert_eq!(weights.len(), g.weight_size(), "the weights' length");
    assert_eq!(y.len(), g.images * g.output_size(), "the output's length");
}

/// One pixel in, one pixel out: a linear layer, whatever the kernel.
fn is_pixel(g: &Geometry, taps: &[Tap]) -> bool {
    taps.len() == 1 && g.height * g.width * g.out_height() * g.out_width() == 1
}

fn unfold_input<'a>(g: &Geometry, taps: &[Tap], x: &'a [f32]) -> Unfolded<'a> {
    if g.kernel == 1 && g.stride == 1 && g.padding == 0 {
        return Unfolded::planes(x, g.images, g.channels_in, g.height * g.width);
    }
    Unfolded {
        data: x,
        images: g.images,
        channels: g.channels_in,
        height: g.height,
        width: g.width,
        taps: taps.iter().map(|tap| tap.offset).collect(),
        stride: g.stride,
        out_height: g.out_height(),
        out_width: g.out_width(),
    }
}

fn write_matrix(left: &Operand<'_>, right: &Operand<'_>, columns: usize, to: &mut [f32]) {
    let to = Shared::new(to);
    product(left, right, |row, column, values| {
        // SAFETY: the product writes each element once.
        unsafe { to.piece(row * columns + column, values.len()) }.copy_from_slice(values);
    });
}
