//! The tiles of 4 x 4 pixels that images are cut into, those of all images counted in one row.

use std::ops::Range;

/// Pixels along a tile of the output, and along what it reads.
pub const SIDE: usize = 4;
pub const PATCH: usize = 6;

/// Tiles that follow one another in a row of one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strip {
    /// The first, counted from the beginning of the range that was asked for.
    pub first: usize,
    pub tiles: usize,
    pub image: usize,
    /// The first's upper left pixel of the output.
    pub y: usize,
    pub x: usize,
}

/// As many as are transformed together: their pixels, 16 channels deep, fit the first-level cache.
pub const LONGEST: usize = 8;

/// How images of a size are cut. Tiles at the lower and right edges may reach beyond them.
#[derive(Clone, Copy)]
pub struct Tiling {
    rows: usize,
    columns: usize,
}

impl Tiling {
    pub fn new(height: usize, width: usize) -> Self {
        Self { rows: height.div_ceil(SIDE), columns: width.div_ceil(SIDE) }
    }

    pub fn tiles_per_image(&self) -> usize {
        self.rows * self.columns
    }

    pub fn strips(self, tiles: Range<usize>) -> impl Iterator<Item = Strip> {
        let mut next = tiles.start;
        std::iter::from_fn(move || {
            let (row, column) = (next / self.columns, next % self.columns);
            let length = LONGEST.min(self.columns - column).min(tiles.end - next);
            let strip = Strip {
                first: next - tiles.start,
                tiles: length,
                image: row / self.rows,
                y: row % self.rows * SIDE,
                x: column * SIDE,
            };
            next += length;
            (length > 0).then_some(strip)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_stay_in_rows_of_images() {
        let strip = |first, tiles, image, y, x| Strip { first, tiles, image, y, x };
        let strips: Vec<Strip> = Tiling::new(5, 42).strips(9..34).collect();
        let expected = [
            strip(0, 2, 0, 0, 36),
            strip(2, 8, 0, 4, 0),
            strip(10, 3, 0, 4, 32),
            strip(13, 8, 1, 0, 0),
            strip(21, 3, 1, 0, 32),
            strip(24, 1, 1, 4, 0),
        ];
        assert_eq!(strips, expected);
    }
}
