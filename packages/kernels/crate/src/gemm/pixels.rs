//! Where a product's columns go when they are the pixels of images.

use super::taps::phase_size;
use crate::parallel::Shared;

/// Images `[channels, height, width]`, of which the pixels `(y step + first.0, x step + first.1)` are written, in rows of
/// `columns`.
pub struct Pixels {
    pub images: Shared<f32>,
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    pub step: usize,
    pub first: (usize, usize),
    pub rows: usize,
    pub columns: usize,
}

impl Pixels {
    pub fn new(
        images: Shared<f32>,
        channels: usize,
        (height, width): (usize, usize),
        step: usize,
        first: (usize, usize),
    ) -> Self {
        let (rows, columns) = (phase_size(height, first.0, step), phase_size(width, first.1, step));
        Self { images, channels, height, width, step, first, rows, columns }
    }

    /// Writes pixels of one channel, counted over all images from `at` on.
    ///
    /// # Safety
    /// Nothing else accesses these pixels meanwhile.
    pub unsafe fn write(&self, channel: usize, mut at: usize, mut values: &[f32]) {
        // Without gaps a whole image is one run.
        let line = if self.step == 1 { self.rows * self.columns } else { self.columns };
        while !values.is_empty() {
            let (run, others) = values.split_at(values.len().min(line - at % line));
            let image = at / (self.rows * self.columns);
            let pixel = at % (self.rows * self.columns);
            let (y, x) =
                (pixel / self.columns * self.step + self.first.0, pixel % self.columns * self.step + self.first.1);
            let start = ((image * self.channels + channel) * self.height + y) * self.width + x;
            // SAFETY: nobody else writes these pixels by this function's contract.
            let to = unsafe { self.images.piece(start, (run.len() - 1) * self.step + 1) };
            if self.step == 1 {
                to.copy_from_slice(run);
            } else {
                for (to, value) in to.iter_mut().step_by(self.step).zip(run) {
                    *to = *value;
                }
            }
            at += run.len();
            values = others;
        }
    }
}
