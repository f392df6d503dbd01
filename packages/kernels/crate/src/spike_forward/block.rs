use crate::geometry::Geometry;

/// Weight rows of a panel: 18 KiB at 16 channels, which leaves room in a first cache of 32 KiB.
const PANEL_ROWS: usize = 288;

/// How the rows of the weight matrix `[channelsIn x taps, channelsOut]` are cut into panels.
pub struct Blocks {
    /// Input channels of a panel: a multiple of 32, or a divisor of 32.
    pub channels: usize,
    pub count: usize,
    /// Taps of the kernel: rows of one input channel.
    taps: usize,
}

impl Blocks {
    pub fn of(geometry: &Geometry) -> Self {
        let (taps, words) = (geometry.taps(), geometry.channels_in.div_ceil(32));
        assert!(taps <= MAX_ROWS, "a kernel of {taps} taps is too large");
        let limit = PANEL_ROWS / taps;
        let channels = if limit >= 32 {
            // Panels of about one size rather than a small one at the end.
            words.div_ceil(words.div_ceil(limit / 32)) * 32
        } else {
            1 << limit.max(1).ilog2()
        };
        Self { channels, count: geometry.channels_in.div_ceil(channels), taps }
    }

    /// The first weight row of a panel.
    pub fn first_row(&self, block: usize) -> usize {
        block * self.channels * self.taps
    }
}

/// Bytes that a unit of a list entry stands for: the largest factor of an address in x86.
pub const UNIT: usize = 8;
/// Units of one weight row of 16 floats.
pub const ROW_UNITS: usize = 64 / UNIT;
/// Rows that an entry of 16 bits can name.
const MAX_ROWS: usize = (1 << 16) / ROW_UNITS;
