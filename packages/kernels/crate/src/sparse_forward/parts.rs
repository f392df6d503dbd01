use std::ops::Range;

/// Parts that give enough threads something to do.
const ENOUGH: usize = 16;

/// A range cut into pieces of about equal length.
#[derive(Clone, Copy)]
pub struct Chunks {
    total: usize,
    pub count: usize,
}

impl Chunks {
    pub fn new(total: usize, count: usize) -> Self {
        Self { total, count }
    }

    pub fn range(&self, index: usize) -> Range<usize> {
        index * self.total / self.count..(index + 1) * self.total / self.count
    }
}

/// How to cut outputs where there are `others` parts already.
pub fn of_outputs(outputs: usize, others: usize) -> Chunks {
    Chunks { total: outputs, count: ENOUGH.div_ceil(others.max(1)).clamp(1, outputs.div_ceil(16).max(1)) }
}
