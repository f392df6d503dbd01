use super::correlation::Correlation;
use super::tiling::{LANES, Span, Tile, Tiling};

/// How a tile of floats holds its input, channel by channel, in units of 16 lanes, so that what a tap sees of the input is
/// as many aligned units in a row as the tile has.
///
/// Units lie as (tap column, residue of the row, row / stride, piece, stack): columns are shifted once per tap column, rows
/// are shared by tap rows.
pub struct Layout {
    pub tiling: Tiling,
    /// Units of one channel.
    pub channel_units: usize,
    /// The first unit of each tap within its channel.
    pub tap_units: Vec<usize>,
    /// Where each unit of a channel comes from; `None` for units of which nothing is made.
    sources: Vec<Option<Source>>,
    /// Input rows under a tile.
    rows: usize,
    /// Floats of a line, and those before its first lane.
    line: usize,
    margin: usize,
}

/// Which columns of the input a unit is: those that tap column `tap` sees.
#[derive(Clone, Copy, Debug)]
struct Source {
    stack: usize,
    row: usize,
    piece: usize,
    tap: usize,
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
        let per_residue = rows.div_ceil(stride);
        let group = tiling.across * tiling.stacks;
        let taps = (0..kernel).flat_map(|i| (0..kernel).map(move |j| (i, j)));
        let tap_units: Vec<usize> =
            taps.map(|(i, j)| ((j * stride + i % stride) * per_residue + i / stride) * group).collect();
        let mut sources = Vec::new();
        for tap in 0..kernel {
            for row in (0..stride).flat_map(|residue| (0..per_residue).map(move |row| row * stride + residue)) {
                for (piece, stack) in (0..group).map(|place| (place / tiling.stacks, place % tiling.stacks)) {
                    sources.push((row < rows).then_some(Source { stack, row, piece, tap }));
                }
            }
        }
        // A tile may have units beyond its rows, which are multiplied by 0: they must not be other numbers.
        let last = tap_units.iter().max().map_or(0, |unit| unit + tiling.units);
        sources.resize(last.max(sources.len()), None);
        Self {
            tiling,
            channel_units: sources.len(),
            tap_units,
            sources,
            rows,
            line: before + LANES + after,
            margin: before,
        }
    }

    /// Whether units are filled right from the input, without lines: where its columns lie side by side, and few images do.
    pub fn is_direct(&self) -> bool {
        self.tiling.correlation.stride == 1 && self.tiling.side <= 2
    }

    /// Where the lanes of a channel's units lie in the first channel of a tensor `[images, channels, height, width]`: `side`
    /// spans for each unit. Only for a direct layout.
    pub fn spans(&self, tile: Tile, images: usize, channels: usize, spans: &mut Vec<Span>) {
        let Correlation { height, width, lead, .. } = self.tiling.correlation;
        let Tiling { side, pitch, packed, .. } = self.tiling;
        spans.clear();
        for source in &self.sources {
            for beside in 0..side {
                let span = source.and_then(|source| {
                    let image = tile.image + source.stack * side + beside;
                    let row = usize::try_from((tile.row + source.row) as isize - lead).ok()?;
                    if image >= images || row >= height {
                        return None;
                    }
                    // Lane l sees column `left + l`.
                    let column = if packed { 0 } else { ((tile.piece + source.piece) * LANES) as isize };
                    let left = column + source.tap as isize - lead - (beside * pitch) as isize;
                    let inside = |&lane: &usize| (0..width as isize).contains(&(left + lane as isize));
                    let lanes = (beside * pitch..(beside + 1) * pitch).filter(inside);
                    let offset = ((image * channels * height + row) * width) as isize + left;
                    Some(Span { offset, lanes: lanes.fold(0, |lanes, lane| lanes | 1 << lane) })
                });
                spans.push(span.unwrap_or_default());
            }
        }
    }

    /// Floats of the lines that one channel of a tile is first copied to, where the layout is not direct.
    pub fn lines(&self) -> usize {
        self.tiling.stacks * self.tiling.across * self.rows * self.tiling.correlation.stride * self.line
    }

    /// Where a line begins: one residue of columns of one row.
    fn line(&self, stack: usize, row: usize, piece: usize, residue: usize) -> usize {
        let row = (stack * self.rows + row) * self.tiling.across + piece;
        (row * self.tiling.correlation.stride + residue) * self.line
    }

    /// For each unit where it lies in the lines, and which lanes of it are of the image.
    pub fn places(&self) -> Vec<(usize, u32)> {
        let place = |source: &Option<Source>| {
            source.map_or((0, 0), |Source { stack, row, piece, tap }| {
                let (residue, step) = self.tiling.correlation.residue_and_step(tap);
                let line = self.line(stack, row, piece, residue) + self.margin;
                (line.wrapping_add_signed(step), self.tiling.tap_lanes(tap))
            })
        };
        self.sources.iter().map(place).collect()
    }

    /// What of a tensor `[images, channels, height, width]` goes into the lines of a tile.
    pub fn copies(&self, tile: Tile, images: usize, channels: usize, copies: &mut Vec<Copy>) {
        let Correlation { height, width, stride, lead, .. } = self.tiling.correlation;
        let Tiling { stacks, side, across, packed, pitch, .. } = self.tiling;
        copies.clear();
        for (stack, line) in (0..stacks).flat_map(|stack| (0..self.rows).map(move |row| (stack, row))) {
            let row = (tile.row * stride + line) as isize - lead;
            if row < 0 || row as usize >= height {
                continue;
            }
            for image in (0..side).map(|beside| tile.image + stack * side + beside).filter(|&image| image < images) {
                let row = image * channels * height + row as usize;
                for (piece, residue) in (0..across).flat_map(|piece| (0..stride).map(move |residue| (piece, residue))) {
                    let columns = width.saturating_sub(residue).div_ceil(stride);
                    let to = self.line(stack, line, piece, residue);
                    let copy = if packed {
                        let beside = (image - tile.image) % side;
                        Copy { to: to + self.margin + beside * pitch, row, column: residue, count: columns }
                    } else {
                        let left = (tile.piece + piece) * LANES;
                        let from = left.saturating_sub(self.margin);
                        let skipped = from + self.margin - left;
                        let count = columns.saturating_sub(from).min(self.line - skipped);
                        Copy { to: to + skipped, row, column: from * stride + residue, count }
                    };
                    copies.extend((copy.count > 0).then_some(copy));
                }
            }
        }
    }
}
