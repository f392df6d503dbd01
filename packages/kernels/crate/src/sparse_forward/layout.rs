use super::correlation::Correlation;
use super::tiling::{LANES, Tile, Tiling};

/// How a tile of floats holds its input, channel by channel, in units of 16 lanes, so that every tap of every output unit
/// is one aligned unit, and consecutive output units read consecutive input units.
///
/// Columns are shifted once per tap column. Where a tile is many rows of one group of images, tap rows share the units of
/// their rows; where it is a few rows of several groups, every tap has units of its own.
pub struct Layout {
    pub tiling: Tiling,
    /// Units of one channel.
    pub channel_units: usize,
    /// The first unit of each tap within its channel.
    pub tap_units: Vec<usize>,
    /// Where each unit of a channel comes from.
    pub sources: Vec<Source>,
    /// Floats of the lines that one channel of a tile is first copied to.
    pub lines: usize,
    line: usize,
    margin: usize,
}

/// A unit is read from `at` in the lines, and is 0 but for `lanes`.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    pub at: usize,
    pub lanes: u32,
}

/// Part of an input row that goes into the lines: `count` columns from `column`, a stride apart. `row` counts the rows of
/// the whole tensor, and is of the first channel.
#[derive(Clone, Copy, Debug)]
pub struct Copy {
    pub to: usize,
    pub row: usize,
    pub column: usize,
    pub count: usize,
}

impl Layout {
    pub fn new(tiling: Tiling) -> Self {
        let Correlation { stride, kernel, .. } = tiling.correlation;
        let steps = || (0..kernel).map(|j| tiling.correlation.residue_and_step(j).1);
        let before = steps().min().map_or(0, |step| (-step).max(0)) as usize;
        let after = steps().max().map_or(0, |step| step.max(0)) as usize;
        let rows = (tiling.rows - 1) * stride + kernel;
        let mut layout = Self {
            tiling,
            channel_units: 0,
            tap_units: Vec::new(),
            sources: Vec::new(),
            lines: 0,
            line: before + LANES + after,
            margin: before,
        };
        layout.lines = tiling.stacks * rows * stride * layout.line;
        if tiling.stacks == 1 {
            layout.share_rows(rows)
        } else {
            layout.take_every_tap(rows)
        }
        layout.channel_units = layout.sources.len();
        layout
    }

    /// Units `(tap column, residue of the row, row / stride)`.
    fn share_rows(&mut self, rows: usize) {
        let Correlation { stride, kernel, .. } = self.tiling.correlation;
        let per_residue = rows.div_ceil(stride);
        for i in 0..kernel {
            for j in 0..kernel {
                self.tap_units.push((j * stride + i % stride) * per_residue + i / stride);
            }
        }
        for j in 0..kernel {
            for residue in 0..stride {
                for row in 0..per_residue {
                    let row = row * stride + residue;
                    let source = self.source(row.min(rows - 1), j);
                    self.sources.push(Source { lanes: if row < rows { source.lanes } else { 0 }, ..source });
                }
            }
        }
    }

    /// Units `(tap, output unit)`.
    fn take_every_tap(&mut self, rows: usize) {
        let Correlation { stride, kernel, .. } = self.tiling.correlation;
        for i in 0..kernel {
            for j in 0..kernel {
                self.tap_units.push(self.sources.len());
                for unit in 0..self.tiling.units {
                    let source = match self.tiling.unit(unit) {
                        Some((stack, _, row)) => self.source(stack * rows + row * stride + i, j),
                        None => Source { at: 0, lanes: 0 },
                    };
                    self.sources.push(source);
                }
            }
        }
    }

    fn source(&self, line: usize, j: usize) -> Source {
        let (residue, step) = self.tiling.correlation.residue_and_step(j);
        let at = (line * self.tiling.correlation.stride + residue) * self.line;
        Source { at: (at + self.margin).wrapping_add_signed(step), lanes: self.tiling.tap_lanes(j) }
    }

    /// What of a tensor `[images, channels, height, width]` goes into the lines of a tile.
    pub fn copies(&self, tile: Tile, images: usize, channels: usize, copies: &mut Vec<Copy>) {
        let Correlation { height, width, stride, kernel, lead, .. } = self.tiling.correlation;
        let rows = (self.tiling.rows - 1) * stride + kernel;
        copies.clear();
        for line in 0..self.tiling.stacks * rows {
            let row = (tile.row * stride + line % rows) as isize - lead;
            if row < 0 || row as usize >= height {
                continue;
            }
            for beside in 0..self.tiling.side {
                let image = tile.image + line / rows * self.tiling.side + beside;
                if image >= images {
                    break;
                }
                for residue in 0..stride {
                    let columns = width.saturating_sub(residue).div_ceil(stride);
                    let line = (line * stride + residue) * self.line;
                    let row = image * channels * height + row as usize;
                    if self.tiling.packed {
                        let to = line + self.margin + beside * self.tiling.pitch;
                        copies.push(Copy { to, row, column: residue, count: columns });
                    } else {
                        let from = (tile.piece * LANES).saturating_sub(self.margin);
                        let skipped = from + self.margin - tile.piece * LANES;
                        let count = columns.saturating_sub(from).min(self.line - skipped);
                        copies.push(Copy { to: line + skipped, row, column: from * stride + residue, count });
                    }
                }
            }
        }
        copies.retain(|copy| copy.count > 0);
    }
}
