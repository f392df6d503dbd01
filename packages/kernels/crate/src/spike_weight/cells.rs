use super::phase::Tap;
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
const CELL_BYTES: usize = 40 << 10;

impl Grid {
    pub fn of(geometry: &Geometry) -> Self {
        let Geometry { images, height, width, channels_out, kernel, stride, padding, .. } = *geometry;
        // Lists of few taps are short walks: more lanes at once make up for what their ends cost.
        let lanes = if kernel > 1 { 16 } else { channels_out.div_ceil(16).next_power_of_two().min(4) * 16 };
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
            // Of about one size, and all beginning in the same phase.
            let step = height.div_ceil(height.div_ceil(most)).next_multiple_of(stride);
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

    /// Cells from a pixel's cell to the output that a tap leads to.
    pub fn displacement(&self, tap: &Tap) -> usize {
        (self.reach - tap.rows_before) * self.columns + (self.reach - tap.columns_before)
    }

    /// Lays out the upstream of `channels` output channels from `first` on; `outputs` is scratch for `outputs` places.
    pub fn fill(
        &self,
        geometry: &Geometry,
        tile: &Tile,
        upstream: &[f32],
        first: usize,
        channels: usize,
        outputs: &mut [f32],
        cells: &mut [f32],
    ) {
        let (height, width, lanes) = (geometry.out_height(), geometry.out_width(), self.lanes);
        let rows = self.rows(geometry, &tile.rows);
        // Row r of the cells is output row r - reach, column k output column k + left - reach.
        let left = geometry.padding / geometry.stride;
        let inside = rows.start.max(self.reach)..rows.end.min(height + self.reach);
        let from = self.reach.saturating_sub(left);
        let to = (width + self.reach).saturating_sub(left).min(self.columns);
        if inside.is_empty() || from >= to {
            return cells[..self.cells(geometry, tile) * lanes].fill(0.0);
        }
        let length = inside.len() * width;
        let no_margins = inside == rows && (from, to, width) == (0, self.columns, self.columns);
        if !no_margins {
            cells[..self.cells(geometry, tile) * lanes].fill(0.0);
        }
        for (index, image) in tile.images.clone().enumerate() {
            let output = ((image * geometry.channels_out + first) * height + inside.start - self.reach) * width;
            let planes = &upstream[output..output + (channels - 1) * height * width + length];
            let cells = &mut cells[index * rows.len() * self.columns * lanes..][..rows.len() * self.columns * lanes];
            let target = if no_margins { &mut *cells } else { &mut outputs[..length * lanes] };
            // SAFETY: the planes' rows, and room for as many places.
            unsafe {
                transpose(planes.as_ptr(), height * width, channels, length, target.as_mut_ptr(), lanes);
            }
            if no_margins {
                continue;
            }
            let column = from + left - self.reach;
            for (row, outputs) in inside.clone().zip(outputs.chunks_exact(width * lanes)) {
                let cell = (row - rows.start) * self.columns;
                cells[(cell + from) * lanes..(cell + to) * lanes]
                    .copy_from_slice(&outputs[column * lanes..(column + to - from) * lanes]);
            }
        }
    }

    /// The most places of outputs under a tile's image.
    pub fn outputs(&self, geometry: &Geometry) -> usize {
        let rows = self.tiles.iter().map(|tile| self.rows(geometry, &tile.rows).len()).max().unwrap_or(0);
        rows * geometry.out_width()
    }
}
