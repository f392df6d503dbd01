use crate::arrays::{bytes, check_length, output, refuse_fault};
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::pool;

/// `Pooling` of `src/kernels.ts`.
#[napi(object, object_to_js = false)]
pub struct Pooling {
    pub planes: u32,
    pub height: u32,
    pub width: u32,
    pub size: u32,
    pub stride: u32,
    pub padding: u32,
}

impl Pooling {
    fn read(&self, env: &Env) -> Result<pool::Pooling> {
        let pooling = pool::Pooling {
            planes: self.planes as usize,
            height: self.height as usize,
            width: self.width as usize,
            size: self.size as usize,
            stride: self.stride as usize,
            padding: self.padding as usize,
        };
        refuse_fault(env, pooling.fault())?;
        Ok(pooling)
    }
}

#[napi]
pub fn max_pool(env: Env, pooling: Pooling, x: &[f32], mut y: Float32ArraySlice) -> Result<()> {
    let pooling = pooling.read(&env)?;
    check_length(&env, "x", x.len(), pooling.inputs())?;
    let y = output(&env, "y", &mut y, pooling.outputs(), &[bytes(x)])?;
    pool::max_pool(&pooling, x, y);
    Ok(())
}

#[napi]
pub fn max_pool_backward(
    env: Env,
    pooling: Pooling,
    x: &[f32],
    upstream: &[f32],
    mut gradient: Float32ArraySlice,
) -> Result<()> {
    let pooling = pooling.read(&env)?;
    check_length(&env, "x", x.len(), pooling.inputs())?;
    check_length(&env, "upstream", upstream.len(), pooling.outputs())?;
    let gradient = output(&env, "gradient", &mut gradient, pooling.inputs(), &[bytes(x), bytes(upstream)])?;
    pool::max_pool_backward(&pooling, x, upstream, gradient);
    Ok(())
}

#[napi]
pub fn max_pool_spikes(env: Env, pooling: Pooling, bits: &[u32], mut out: Uint32ArraySlice) -> Result<()> {
    let pooling = pooling.read(&env)?;
    check_length(&env, "bits", bits.len(), pooling.input_words())?;
    let out = output(&env, "out", &mut out, pooling.output_words(), &[bytes(bits)])?;
    pool::max_pool_spikes(&pooling, bits, out);
    Ok(())
}

#[napi]
pub fn max_pool_spikes_backward(
    env: Env,
    pooling: Pooling,
    bits: &[u32],
    upstream: &[f32],
    mut gradient: Float32ArraySlice,
) -> Result<()> {
    let pooling = pooling.read(&env)?;
    check_length(&env, "bits", bits.len(), pooling.input_words())?;
    check_length(&env, "upstream", upstream.len(), pooling.outputs())?;
    let gradient = output(&env, "gradient", &mut gradient, pooling.inputs(), &[bytes(bits), bytes(upstream)])?;
    pool::max_pool_spikes_backward(&pooling, bits, upstream, gradient);
    Ok(())
}

#[napi]
pub fn average_pool(env: Env, pooling: Pooling, x: &[f32], mut y: Float32ArraySlice) -> Result<()> {
    let pooling = pooling.read(&env)?;
    check_length(&env, "x", x.len(), pooling.inputs())?;
    let y = output(&env, "y", &mut y, pooling.outputs(), &[bytes(x)])?;
    pool::average_pool(&pooling, x, y);
    Ok(())
}

#[napi]
pub fn average_pool_spikes(env: Env, pooling: Pooling, bits: &[u32], mut y: Float32ArraySlice) -> Result<()> {
    let pooling = pooling.read(&env)?;
    check_length(&env, "bits", bits.len(), pooling.input_words())?;
    let y = output(&env, "y", &mut y, pooling.outputs(), &[bytes(bits)])?;
    pool::average_pool_spikes(&pooling, bits, y);
    Ok(())
}

#[napi]
pub fn average_pool_backward(
    env: Env,
    pooling: Pooling,
    upstream: &[f32],
    mut gradient: Float32ArraySlice,
) -> Result<()> {
    let pooling = pooling.read(&env)?;
    check_length(&env, "upstream", upstream.len(), pooling.outputs())?;
    let gradient = output(&env, "gradient", &mut gradient, pooling.inputs(), &[bytes(upstream)])?;
    pool::average_pool_backward(&pooling, upstream, gradient);
    Ok(())
}
