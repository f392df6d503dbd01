use crate::geometry::Geometry;
use crate::parallel::Shared;
use crate::transpose::transpose;
use std::ops::Range;

/// Some rows of one output image, or some images whole.
pub struct Tile {
    pub images: Range<usize>,
    pub rows: Range<usize>,
}

/// All output pixels in tiles of about `pixels`.
pub fn tiles_of(geometry: &Geometry, pixels: usize) -> Vec<Tile> {
    let (images, height, width) = (geometry.images, geometry.out_height(), geometry.out_width());
    if height * width <= pixels {
        let step = pixels / (height * width);
        let cut = |first| Tile { images: first..(first + step).min(images), rows: 0..height };
        return (0..images).step_by(step).map(cut).collect();
    }
    let step = height.div_ceil((height * width).div_ceil(pixels));
    let cut = |image, first| Tile { images: image..image + 1, rows: first..(first + step).min(height) };
    (0..images).flat_map(|image| (0..height).step_by(step).map(move |first| cut(image, first))).collect()
}

impl Tile {
    pub fn pixels(&self, geometry: &Geometry) -> usize {
        self.images.len() * self.rows.len() * geometry.out_width()
    }

    /// The input rows that the patches touch.
    pub fn input_rows(&self, geometry: &Geometry) -> Range<usize> {
        let top = (self.rows.start * geometry.stride).saturating_sub(geometry.padding);
        let bottom = ((self.rows.end - 1) * geometry.stride + geometry.kernel).saturating_sub(geometry.padding);
        top.min(geometry.height)..bottom.min(geometry.height)
    }

    /// Moves sums `[pixel, lanes]` to the outputs of some channels.
    pub fn store(&self, geometry: &Geometry, sums: &[f32], lanes: usize, channels: Range<usize>, y: Shared<f32>) {
        let plane = geometry.out_height() * geometry.out_width();
        let (from, pixels) = (self.rows.start * geometry.out_width(), self.rows.len() * geometry.out_width());
        for (image, sums) in self.images.clone().zip(sums.chunks_exact(pixels * lanes)) {
            let start = (image * geometry.channels_out + channels.start) * plane + from;
            // SAFETY: within y, whose length the caller checked; only the tile's pixels of these channels are written, which no
            // other part does. Channels lie apart, so this is no piece: a slice over them would overlap those of other tiles.
            unsafe { transpose(sums.as_ptr(), lanes, pixels, channels.len(), y.pointer().add(start), plane) }
        }
    }
}
