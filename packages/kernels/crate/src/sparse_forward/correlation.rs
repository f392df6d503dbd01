use crate::geometry::Geometry;

/// What a convolution, and equally its gradient to the input, does to images:
/// `y[row][column] += w x[stride row + i - lead][stride column + j - lead]` for every connection of tap `(i, j)`, `x` being
/// 0 outside. The gradient's output is made of `interleave` x `interleave` planes, since with a stride each residue of rows
/// (and columns) meets taps of its own; plane `(a, b)` holds rows `interleave row + a` of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correlation {
    pub height: usize,
    pub width: usize,
    /// Extents of one plane of the output.
    pub out_height: usize,
    pub out_width: usize,
    pub stride: usize,
    /// Taps along either axis.
    pub kernel: usize,
    pub lead: isize,
    pub interleave: usize,
    /// Extents of the whole output.
    pub whole_height: usize,
    pub whole_width: usize,
}

impl Correlation {
    pub fn forward(of: &Geometry) -> Self {
        Self {
            height: of.height,
            width: of.width,
            out_height: of.out_height(),
            out_width: of.out_width(),
            stride: of.stride,
            kernel: of.kernel,
            lead: of.padding as isize,
            interleave: 1,
            whole_height: of.out_height(),
            whole_width: of.out_width(),
        }
    }

    /// From the output's gradient to the input's.
    pub fn transposed(of: &Geometry) -> Self {
        let steps = (0..of.kernel).map(|tap| residue_and_step(of, tap).1);
        let (first, last) =
            steps.fold((isize::MAX, isize::MIN), |(first, last), step| (first.min(step), last.max(step)));
        Self {
            height: of.out_height(),
            width: of.out_width(),
            out_height: of.height.div_ceil(of.stride),
            out_width: of.width.div_ceil(of.stride),
            stride: 1,
            kernel: (last - first + 1) as usize,
            lead: -first,
            interleave: of.stride,
            whole_height: of.height,
            whole_width: of.width,
        }
    }

    /// Where tap `tap` of the forward geometry lies in the transposed correlation: the residue of its rows, and its tap.
    pub fn transposed_tap(&self, of: &Geometry, tap: usize) -> (usize, usize) {
        let (residue, step) = residue_and_step(of, tap);
        (residue, (step + self.lead) as usize)
    }

    pub fn taps(&self) -> usize {
        self.kernel * self.kernel
    }

    /// Where tap `j` finds its input along an axis split into residues of the stride: the residue, and the step from the
    /// output's own place.
    pub fn residue_and_step(&self, j: usize) -> (usize, isize) {
        let at = j as isize - self.lead;
        (at.rem_euclid(self.stride as isize) as usize, at.div_euclid(self.stride as isize))
    }
}

/// Output row `o` reads input row `stride o + tap - padding`; so input row `stride q + residue` takes from output row
/// `q + step`, `step = (residue + padding - tap) / stride`, where that divides.
fn residue_and_step(of: &Geometry, tap: usize) -> (usize, isize) {
    let (stride, ahead) = (of.stride as isize, tap as isize - of.padding as isize);
    let residue = ahead.rem_euclid(stride);
    (residue as usize, (residue - ahead) / stride)
}
