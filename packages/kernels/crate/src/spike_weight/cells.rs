use crate::geometry::Geometry;
use crate::transpose::transpose;
use std::ops::Range;

/// Some rows of one input image, or some images whole.
pub struct Tile {
    pub images: Range<usize>,
    pub rows: Range<usize>,
}

/// How upstream lies under the tiles: cells `[images, rows, columns, lanes]`, those outside of the output zero.
pub struct Grid {
    pub tiles: Vec<Tile>,
    /// Output channels of a cell.
    pub lanes: usize,
    /// Cells of a row.
    pub columns: usize,
    /// Cells of the largest tile.
    pub largest: usize,
    /// Cells that a pixel leads back to in each direction: taps of a phase less one.
    reach: usize,
}

/// Bytes of a tile's cells: they stay in a first cache of 32 KiB while the events pass.
const CELL_BYTES: usize = 22 << 10;

impl Grid {
    pub fn of(geometry: &Geometry) -> Self {
        let Geometry { images, height, width, channels_out, kernel, stride, padding, .. } = *geometry;
        // A list's end costs a wrong guess of a branch: with few taps, more lanes make up for it.
        let lanes = if kernel == 1 && channels_out > 16 { 32 } else { 16 };
        let reach = (kernel - 1) / stride;
        let columns = (width - 1 + padding) / stride - padding / stride + 1 + reach;
        let mut grid = Self { tiles: Vec::new(), lanes, columns, largest: 0, reach };
        let limit = CELL_BYTES / 4 / lanes;
        let image = grid.rows(geometry, &(0..height)).len() * columns;
        if image <= limit {
            let step = images.div_ceil(images.div_ceil(limit / image).max(1)).max(1);
            let cut = |first| Tile { images: first..(first + step).min(images), rows: 0..height };
            grid.tiles.extend((0..images).step_by(step).map(cut));
        } else {
            let most = (1..height).rev().find(|&rows| (rows / stride + 1 + reach) * columns <= limit).unwrap_or(1);
            let step = height.div_ceil(height.div_ceil(most));
            let cut = |image, first| Tile { images: image..image + 1, rows: first..(first + step).min(height) };
            grid.tiles
                .extend((0..images).flat_map(|image| (0..height).step_by(step).map(move |first| cut(image, first))));
        }
        grid.largest = grid.tiles.iter().map(|tile| grid.cells(geometry, tile)).max().unwrap_or(0);
        grid
    }

    fn cells(&self, geometry: &Geometry, tile: &Tile) -> usize {
        tile.images.len() * self.rows(geometry, &tile.rows).len() * self.columns
    }

    /// The rows of cells under input rows, counted from `reach` rows above output row 0.
    pub fn rows(&self, geometry: &Geometry, input: &Range<usize>) -> Range<usize> {
        let Geometry { stride, padding, .. } = *geometry;
        (input.start + padding) / stride..(input.end - 1 + padding) / stride + 1 + self.reach
    }

    /// The cell of each pixel of a tile from which displacements (`displacement`) lead to outputs.
    pub fn cell(&self, geometry: &Geometry, tile: &Tile, image: usize, row: usize, column: usize) -> usize {
        let Geometry { stride, padding, .. } = *geometry;
        let rows = self.rows(geometry, &tile.rows);
        let cell_row = (row + padding) / stride - rows.start;
        let cell_column = (column + padding) / stride - padding / stride;
        (image * rows.len() + cell_row) * self.columns + cell_column
    }

    /// Cells from a pixel's cell to the output so many rows and columns before the first.
    pub fn displacement(&self, rows_before: usize, columns_before: usize) -> usize {
        (self.reach - rows_before) * self.columns + (self.reach - columns_before)
    }

    /// Lays out the upstream of `lanes` output channels from `first` on.
    pub fn fill(
        &self,
        geometry: &Geometry,
        tile: &Tile,
        upstream: &[f32],
        first: usize,
        lanes: usize,
        cells: &mut [f32],
    ) {
        let (height, width) = (geometry.out_height(), geometry.out_width());
        let rows = self.rows(geometry, &tile.rows);
        let left = geometry.padding / geometry.stride;
        // Cell column k is output column k + left - reach.
        let from = self.reach.saturating_sub(left);
        let to = (width + self.reach).saturating_sub(left).min(self.columns);
        cells[..self.cells(geometry, tile) * self.lanes].fill(0.0);
        for (index, image) in tile.images.clone().enumerate() {
            for row in rows.start.max(self.reach)..rows.end.min(height + self.reach) {
                if from >= to {
                    continue;
                }
                let cell = (index * rows.len() + row - rows.start) * self.columns + from;
                let output = ((image * geometry.channels_out + first) * height + row - self.reach) * width;
                let source = &upstream[output + from + left - self.reach..];
                let target = &mut cells[cell * self.lanes..(cell + to - from) * self.lanes];
                assert!(source.len() >= (lanes - 1) * height * width + to - from);
                // SAFETY: `lanes` rows of the source, a plane apart, and the cells of one row.
                unsafe {
                    transpose(source.as_ptr(), height * width, lanes, to - from, target.as_mut_ptr(), self.lanes);
                }
            }
        }
    }
}
