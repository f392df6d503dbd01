use napi_derive::napi;

/// `Geometry` of `src/kernels.ts`.
#[napi(object)]
pub struct Geometry {
    pub images: u32,
    pub channels_in: u32,
    pub height: u32,
    pub width: u32,
    pub channels_out: u32,
    pub kernel: u32,
    pub stride: u32,
    pub padding: u32,
}

impl From<Geometry> for snnx_kernels::geometry::Geometry {
    fn from(of: Geometry) -> Self {
        Self {
            images: of.images as usize,
            channels_in: of.channels_in as usize,
            height: of.height as usize,
            width: of.width as usize,
            channels_out: of.channels_out as usize,
            kernel: of.kernel as usize,
            stride: of.stride as usize,
            padding: of.padding as usize,
        }
    }
}
