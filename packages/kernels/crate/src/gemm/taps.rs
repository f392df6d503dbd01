//! The taps of a kernel that reach an image, and the weights in their order.

use crate::geometry::Geometry;
use crate::parallel::{Shared, for_each};
use std::borrow::Cow;

/// A tap: its place in the kernel, and the pixel it reads relative to `stride` times the output's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    pub index: usize,
    pub offset: (isize, isize),
}

/// Taps along one axis as (place, offset), those that never read within `from` pixels left out.
fn along(places: impl Iterator<Item = (usize, isize)>, from: usize, stride: usize, to: usize) -> Vec<(usize, isize)> {
    let reads = |offset: isize| (0..to).any(|at| (0..from as isize).contains(&((at * stride) as isize + offset)));
    places.filter(|&(_, offset)| reads(offset)).collect()
}

fn cross(kernel: usize, rows: &[(usize, isize)], columns: &[(usize, isize)]) -> Vec<Tap> {
    let tap =
        |&(ky, dy): &(usize, isize), &(kx, dx): &(usize, isize)| Tap { index: ky * kernel + kx, offset: (dy, dx) };
    rows.iter().flat_map(|row| columns.iter().map(move |column| tap(row, column))).collect()
}

/// Of a convolution: out[y] reads in[y stride + k - padding].
pub fn of_forward(g: &Geometry) -> Vec<Tap> {
    let places = || (0..g.kernel).map(|k| (k, k as isize - g.padding as isize));
    cross(
        g.kernel,
        &along(places(), g.height, g.stride, g.out_height()),
        &along(places(), g.width, g.stride, g.out_width()),
    )
}

/// Of the gradient to the pixels of the input at `(y, x)` modulo the stride: in[i stride + y] reads out[i + d] for those
/// taps k for which y + padding - k = d stride.
pub fn of_phase(g: &Geometry, (y, x): (usize, usize)) -> Vec<Tap> {
    let places = |phase: usize| {
        (0..g.kernel).filter_map(move |k| {
            let distance = (phase + g.padding) as isize - k as isize;
            (distance % g.stride as isize == 0).then_some((k, distance / g.stride as isize))
        })
    };
    cross(
        g.kernel,
        &along(places(y), g.out_height(), 1, phase_size(g.height, y, g.stride)),
        &along(places(x), g.out_width(), 1, phase_size(g.width, x, g.stride)),
    )
}

/// How many pixels of `size` lie at `phase` modulo the stride.
pub fn phase_size(size: usize, phase: usize, stride: usize) -> usize {
    size.saturating_sub(phase).div_ceil(stride)
}

/// The weights as `[channels out, (channel in, tap)]`.
pub fn by_output<'a>(g: &Geometry, weights: &'a [f32], taps: &[Tap]) -> Cow<'a, [f32]> {
    if taps.len() == g.taps() {
        return Cow::Borrowed(weights);
    }
    let kernels = weights.chunks_exact(g.taps());
    Cow::Owned(kernels.flat_map(|kernel| taps.iter().map(|tap| kernel[tap.index])).collect())
}

/// The weights as `[channels in, (channel out, tap)]`.
pub fn by_input(g: &Geometry, weights: &[f32], taps: &[Tap]) -> Vec<f32> {
    let width = g.channels_out * taps.len();
    let mut turned = vec![0.0; g.channels_in * width];
    let rows = Shared::new(&mut turned);
    for_each(g.channels_in, |channel| {
        // SAFETY: one row per part.
        let row = unsafe { rows.piece(channel * width, width) };
        for (out, values) in row.chunks_exact_mut(taps.len().max(1)).enumerate() {
            let kernel = &weights[(out * g.channels_in + channel) * g.taps()..][..g.taps()];
            for (value, tap) in values.iter_mut().zip(taps) {
                *value = kernel[tap.index];
            }
        }
    });
    turned
}
