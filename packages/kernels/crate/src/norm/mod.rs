//! Batch norm's passes over x `[images, channels, inner]`: moments and sums per channel, and maps that are affine in each
//! channel. Where a channel has few elements in a row, an image is treated as one row of `channels x inner` columns.

mod affine;
mod maps;
mod sums;
#[cfg(test)]
mod tests;

pub use affine::Affine;
pub use maps::{affine, norm_backward};
pub use sums::{channel_sums, moments};

/// Below this many elements of a channel, vectors run across channels.
const NARROW: usize = 16;

/// Why `elements` are no whole images, if they are not.
pub fn fault(elements: usize, channels: usize, inner: usize) -> Option<String> {
    let image = channels * inner;
    let whole = image > 0 && elements.is_multiple_of(image);
    (!whole).then(|| format!("{elements} elements are no whole images of {channels} channels of {inner}"))
}
