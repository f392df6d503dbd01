use super::Extent;
use crate::spikes::words_of;

/// The parts that blocks are dealt to, so that sums over parts do not depend on the number of threads.
const PARTS: usize = 64;
/// Elements below which a block is not worth its call.
const SHORTEST: usize = 512;

/// The width of a step cut into blocks: whole rows, or pieces of one row that begin with a word. No two blocks share a word.
#[derive(Clone, Copy)]
pub struct Blocks {
    width: usize,
    row: usize,
    /// Elements of a block, the last of a row or of all excepted.
    length: usize,
    /// Blocks per row; 1 when a block is one or more rows.
    per_row: usize,
    count: usize,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub from: usize,
    pub length: usize,
    /// Its first word within the step.
    pub word: usize,
}

impl Blocks {
    /// Blocks of about `longest` elements, or of fewer where that makes too few for all threads.
    pub fn new(extent: &Extent, longest: usize) -> Self {
        let Extent { width, row, .. } = *extent;
        let target = (width / PARTS).min(longest).max(SHORTEST) / 32 * 32;
        let (length, per_row) = if row > target {
            let length = row.div_ceil(row.div_ceil(target)).next_multiple_of(32);
            (length, row.div_ceil(length))
        } else {
            let rows = target / row;
            // Vectors then end with the block.
            (row * if rows > 16 { rows / 16 * 16 } else { rows }, 1)
        };
        let count = if per_row > 1 { width / row * per_row } else { width.div_ceil(length) };
        Self { width, row, length, per_row, count }
    }

    /// Elements of the longest block.
    pub fn longest(&self) -> usize {
        self.length.min(self.width)
    }

    /// The number of parts, and the blocks of each.
    pub fn parts(&self) -> usize {
        self.count.min(PARTS)
    }

    pub fn of_part(&self, part: usize) -> impl Iterator<Item = Block> + use<> {
        let blocks = *self;
        let (parts, count) = (self.parts(), self.count);
        (part * count / parts..(part + 1) * count / parts).map(move |index| blocks.at(index))
    }

    /// Whether a block's bits, one after another, are the bits of its rows.
    pub fn flat(&self) -> bool {
        self.per_row > 1 || self.row.is_multiple_of(32)
    }

    fn at(&self, index: usize) -> Block {
        if self.per_row > 1 {
            let (row, piece) = (index / self.per_row, index % self.per_row);
            let within = piece * self.length;
            let word = row * words_of(self.row) + within / 32;
            Block { from: row * self.row + within, length: self.length.min(self.row - within), word }
        } else {
            let from = index * self.length;
            Block { from, length: self.length.min(self.width - from), word: from / self.row * words_of(self.row) }
        }
    }
}
