use crate::geometry::Geometry;
use crate::transpose::transpose;
use std::ops::Range;

/// Weight rows of a panel: 36 KiB at 32 lanes. Lists long enough to hide where they end are worth more than what of a
/// panel comes from the second cache.
const PANEL_ROWS: usize = 288;
/// Weight rows of a panel whose kernel has so many taps that fewer channels than a word would make lists too short.
const TALL_PANEL_ROWS: usize = 800;
/// Bytes that a unit of a list's entry stands for: the largest factor of an address in x86.
pub const UNIT: usize = 8;

/// How the weight matrix `[channelsIn x taps, channelsOut]` is cut into panels: `count` of them one below another over all
/// input channels, in each of some columns over the output channels.
pub struct Panels {
    /// Output channels of a panel.
    pub lanes: usize,
    /// Input channels of a panel: a multiple of 32, or a divisor of 32.
    pub channels: usize,
    /// Panels of a column.
    pub count: usize,
    geometry: Geometry,
}

impl Panels {
    pub fn of(geometry: &Geometry) -> Self {
        let (taps, words) = (geometry.taps(), geometry.channels_in.div_ceil(32));
        // Lists of few rows are short: more lanes at once make up for what their ends cost.
        let most = if geometry.channels_in * taps <= PANEL_ROWS / 2 { 64 } else { 32 };
        let lanes = (geometry.channels_out.div_ceil(16).next_power_of_two() * 16).min(most);
        let limit = PANEL_ROWS / taps;
        let channels = if limit >= 32 {
            // Panels of about one size rather than a small one at the end.
            words.div_ceil(words.div_ceil(limit / 32)) * 32
        } else {
            1 << (TALL_PANEL_ROWS / taps).clamp(1, 32).ilog2()
        };
        let panels = Self { lanes, channels, count: geometry.channels_in.div_ceil(channels), geometry: *geometry };
        assert!(channels * taps * panels.row_units() < 1 << 16, "a kernel of {taps} taps is too large");
        panels
    }

    /// Units of a row.
    pub fn row_units(&self) -> usize {
        self.lanes * size_of::<f32>() / UNIT
    }

    /// Floats of the largest panel.
    pub fn size(&self) -> usize {
        self.channels * self.geometry.taps() * self.lanes
    }

    pub fn columns(&self) -> usize {
        self.geometry.channels_out.div_ceil(self.lanes)
    }

    /// The output channels of a column.
    pub fn channels_out(&self, column: usize) -> Range<usize> {
        column * self.lanes..((column + 1) * self.lanes).min(self.geometry.channels_out)
    }

    /// The weight rows of a panel in its column.
    fn rows(&self, panel: usize) -> Range<usize> {
        let channels = panel * self.channels..((panel + 1) * self.channels).min(self.geometry.channels_in);
        channels.start * self.geometry.taps()..channels.end * self.geometry.taps()
    }

    /// Packs a panel `[rows, lanes]` at the start of `to`. Lanes without a channel are left as they are.
    pub fn pack(&self, weights: &[f32], column: usize, panel: usize, to: &mut [f32]) {
        let stride = self.geometry.channels_in * self.geometry.taps();
        let (channels, rows) = (self.channels_out(column), self.rows(panel));
        let to = &mut to[..rows.len() * self.lanes];
        let from = &weights[channels.start * stride + rows.start..][..(channels.len() - 1) * stride + rows.len()];
        // SAFETY: `from` are these rows of each of the channels, and `to` is as many rows of lanes.
        unsafe { transpose(from.as_ptr(), stride, channels.len(), rows.len(), to.as_mut_ptr(), self.lanes) };
    }
}
