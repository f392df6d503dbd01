use crate::geometry::Geometry;

/// The pixels that agree in (coordinate + padding) modulo the stride, and the taps that lead from them to outputs. Tap
/// `phase + stride j` leads from input `i` to output `floor((i + padding) / stride) - j`.
pub struct Phase {
    /// Remainders of row and column.
    pub row: usize,
    pub column: usize,
    pub taps: Vec<Tap>,
}

/// A tap, and how many rows and columns its output lies before the first that the pixel leads to.
pub struct Tap {
    pub index: usize,
    pub rows_before: usize,
    pub columns_before: usize,
}

/// All phases that have a tap. Taps that fall into the padding at every output have none.
pub fn phases_of(geometry: &Geometry) -> Vec<Phase> {
    let Geometry { height, width, kernel, stride, .. } = *geometry;
    let mut phases = Vec::new();
    for row in 0..stride {
        for column in 0..stride {
            let mut taps = Vec::new();
            for tap_row in (row..kernel).step_by(stride).filter(|&tap| meets(geometry, tap, height)) {
                for tap_column in (column..kernel).step_by(stride).filter(|&tap| meets(geometry, tap, width)) {
                    taps.push(Tap {
                        index: tap_row * kernel + tap_column,
                        rows_before: tap_row / stride,
                        columns_before: tap_column / stride,
                    });
                }
            }
            if !taps.is_empty() {
                phases.push(Phase { row, column, taps });
            }
        }
    }
    phases
}

/// Whether a tap meets the image at any output along an axis of `extent`.
fn meets(geometry: &Geometry, tap: usize, extent: usize) -> bool {
    let outputs = (extent + 2 * geometry.padding - geometry.kernel) / geometry.stride + 1;
    (0..outputs).any(|out| (geometry.padding..geometry.padding + extent).contains(&(out * geometry.stride + tap)))
}
