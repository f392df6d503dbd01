/// A convolution with square kernel: `images` inputs `[channels_in, height, width]` (time and batch folded together),
/// weights `[channels_out, channels_in, kernel, kernel]`. A linear layer is the case of 1 x 1 images and kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    pub images: usize,
    pub channels_in: usize,
    pub height: usize,
    pub width: usize,
    pub channels_out: usize,
    pub kernel: usize,
    pub stride: usize,
    pub padding: usize,
}

impl Geometry {
    pub fn out_height(&self) -> usize {
        (self.height + 2 * self.padding - self.kernel) / self.stride + 1
    }

    pub fn out_width(&self) -> usize {
        (self.width + 2 * self.padding - self.kernel) / self.stride + 1
    }

    pub fn taps(&self) -> usize {
        self.kernel * self.kernel
    }

    /// Elements of one input image, of one output image, of the weights.
    pub fn input_size(&self) -> usize {
        self.channels_in * self.height * self.width
    }

    pub fn output_size(&self) -> usize {
        self.channels_out * self.out_height() * self.out_width()
    }

    pub fn weight_size(&self) -> usize {
        self.channels_out * self.channels_in * self.taps()
    }

    /// Whether the layer is linear: one pixel in, one pixel out.
    pub fn is_linear(&self) -> bool {
        self.height == 1 && self.width == 1 && self.kernel == 1 && self.stride == 1 && self.padding == 0
    }

    /// Panics unless the kernel fits into the padded image and nothing is zero.
    pub fn check(&self) {
        assert!(
            self.kernel > 0 && self.stride > 0 && self.channels_in > 0 && self.channels_out > 0,
            "empty geometry {self:?}"
        );
        assert!(
            self.height + 2 * self.padding >= self.kernel && self.width + 2 * self.padding >= self.kernel,
            "the kernel does not fit into the image: {self:?}"
        );
    }
}
