use super::correlation::Correlation;

/// Lanes of a unit, on every instruction set.
pub const LANES: usize = 16;

/// How outputs become tiles of `units` vectors of 16 lanes. The lanes of a unit are a piece of one output row, or, where
/// rows are short, the same row of several images side by side (`side` images, each `pitch` lanes wide). A tile is
/// `rows` rows of `across` pieces of `stacks` such groups of images: unit `(row across + piece) stacks + stack`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    pub correlation: Correlation,
    pub units: usize,
    /// Whether a row is one piece, short enough for other images beside it.
    pub packed: bool,
    pub pitch: usize,
    pub side: usize,
    pub across: usize,
    pub rows: usize,
    pub stacks: usize,
    /// Tiles over the height and over the width of an image.
    bands: usize,
    strips: usize,
}

/// Where a tile lies: its first image, output row and piece of a row.
#[derive(Clone, Copy, Debug)]
pub struct Tile {
    pub image: usize,
    pub row: usize,
    pub piece: usize,
}

/// Lanes of a unit that lie in one row of a tensor: lane `l` at `offset + l`, for the lanes whose bits are set. `offset`
/// itself may lie before the tensor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub offset: isize,
    pub lanes: u32,
}

impl Span {
    /// Those of `units` units that follow one another.
    pub fn in_line(units: usize) -> Vec<Self> {
        (0..units).map(|unit| Self { offset: (unit * LANES) as isize, lanes: (1 << LANES) - 1 }).collect()
    }
}

impl Tiling {
    /// Tiles of up to `units` vectors, `across` of them side by side in a row.
    pub fn new(correlation: Correlation, units: usize, across: usize) -> Self {
        let pitch = correlation.out_width.max(correlation.width.div_ceil(correlation.stride));
        let packed = pitch <= LANES;
        let pieces = if packed { 1 } else { correlation.out_width.div_ceil(LANES) };
        let across = across.min(pieces);
        let most = units / across;
        let height = correlation.out_height;
        let (rows, stacks) = if height > most / 2 { (most, 1) } else { (height, most / height) };
        Self {
            correlation,
            units,
            packed,
            pitch: if packed { pitch } else { LANES },
            side: if packed { LANES / pitch } else { 1 },
            across,
            rows,
            stacks,
            bands: height.div_ceil(rows),
            strips: pieces.div_ceil(across),
        }
    }

    /// The tiling that wastes fewest lanes on `images`. `sizes` are numbers of units, and what a unit of each is worth.
    pub fn best(correlation: Correlation, images: usize, sizes: &[(usize, f64)]) -> Self {
        let candidates = sizes.iter().flat_map(|&(units, worth)| {
            [4, 3, 2, 1].map(|across| {
                let tiling = Self::new(correlation, units, across);
                (worth * tiling.efficiency(images), tiling)
            })
        });
        // Of equals the first.
        let better = |best: (f64, Self), next: (f64, Self)| if next.0 > best.0 { next } else { best };
        candidates.reduce(better).map_or_else(|| Self::new(correlation, 1, 1), |(_, tiling)| tiling)
    }

    pub fn tiles(&self, images: usize) -> usize {
        images.div_ceil(self.side * self.stacks) * self.bands * self.strips
    }

    /// Useful lanes among all lanes that are computed for `images`.
    pub fn efficiency(&self, images: usize) -> f64 {
        let outputs = images * self.correlation.out_height * self.correlation.out_width;
        outputs as f64 / (self.tiles(images) * self.units * LANES) as f64
    }

    pub fn tile(&self, index: usize) -> Tile {
        let (group, band, strip) =
            (index / (self.strips * self.bands), index / self.strips % self.bands, index % self.strips);
        Tile { image: group * self.side * self.stacks, row: band * self.rows, piece: strip * self.across }
    }

    /// The row, piece and stack of a unit; `None` for units that are left over.
    pub fn unit(&self, unit: usize) -> Option<(usize, usize, usize)> {
        let row = unit / (self.across * self.stacks);
        (row < self.rows).then(|| (row, unit / self.stacks % self.across, unit % self.stacks))
    }

    /// Where the lanes of a tile's units lie in the first channel of an output tensor whose images are `image_size` long:
    /// `side` spans per unit.
    pub fn spans(&self, tile: Tile, images: usize, image_size: usize, spans: &mut Vec<Span>) {
        let Correlation { out_height, out_width, .. } = self.correlation;
        spans.clear();
        for unit in 0..self.units {
            for beside in 0..self.side {
                let span = self.unit(unit).and_then(|(row, piece, stack)| {
                    let image = tile.image + stack * self.side + beside;
                    let (row, column) = (tile.row + row, (tile.piece + piece) * LANES);
                    (image < images && row < out_height && column < out_width).then(|| {
                        let first = beside * self.pitch;
                        let width = (out_width - column).min(LANES - first);
                        Span {
                            offset: (image * image_size + row * out_width + column) as isize - first as isize,
                            lanes: ((1 << width) - 1) << first,
                        }
                    })
                });
                spans.push(span.unwrap_or_default());
            }
        }
    }

    /// The lanes of a unit for which the input column of tap `j` lies in the image, packed images not reading each other.
    pub fn tap_lanes(&self, j: usize) -> u32 {
        if !self.packed {
            return (1 << LANES) - 1;
        }
        let Correlation { width, stride, out_width, .. } = self.correlation;
        let (residue, step) = self.correlation.residue_and_step(j);
        let mut lanes = 0;
        for beside in 0..self.side {
            for column in 0..out_width {
                let from = column as isize + step;
                if from >= 0 && from as usize * stride + residue < width {
                    lanes |= 1 << (beside * self.pitch + column);
                }
            }
        }
        lanes
    }
}
