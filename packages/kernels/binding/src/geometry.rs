use crate::arrays::refuse;
use napi::{Env, Result};
use napi_derive::napi;
use snnx_kernels::geometry::Geometry as Extents;

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

impl From<Geometry> for Extents {
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

/// Elements beyond which a product of extents is no number of JavaScript's.
const MOST: f64 = 9e15;

/// The extents, if there is something of everything, the kernel fits into the image, and nothing is too large to count.
pub fn checked(env: &Env, geometry: Geometry) -> Result<Extents> {
    let extents = Extents::from(geometry);
    let Extents { images, channels_in, height, width, channels_out, kernel, stride, padding } = extents;
    if channels_in == 0 || channels_out == 0 || kernel == 0 || stride == 0 {
        return refuse(env, &format!("empty geometry {extents:?}"));
    }
    if height + 2 * padding < kernel || width + 2 * padding < kernel {
        return refuse(env, &format!("the kernel does not fit into the image: {extents:?}"));
    }
    let product = |factors: &[usize]| factors.iter().map(|factor| *factor as f64).product::<f64>();
    let pixels = product(&[images.max(1), height + 2 * padding, width + 2 * padding]);
    let channels = channels_in.max(channels_out);
    if product(&[channels]) * pixels > MOST || product(&[channels_in, channels_out, kernel, kernel]) > MOST {
        return refuse(env, &format!("too large a geometry: {extents:?}"));
    }
    Ok(extents)
}
