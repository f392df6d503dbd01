use crate::arrays::{bytes, check_length, output, refuse_fault, unless_same};
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::norm;

/// `Affine` of `src/kernels.ts`.
#[napi(object, object_to_js = false)]
pub struct Affine {
    pub scale: Float32Array,
    pub shift: Float32Array,
    pub inner: u32,
}

impl Affine {
    pub fn borrow(&self) -> norm::Affine<'_> {
        norm::Affine { scale: &self.scale, shift: &self.shift, inner: self.inner as usize }
    }
}

#[napi]
pub fn channel_moments(
    env: Env,
    x: &[f32],
    channels: u32,
    inner: u32,
    mut mean: Float64ArraySlice,
    mut variance: Float64ArraySlice,
) -> Result<()> {
    let (channels, inner) = (channels as usize, inner as usize);
    refuse_fault(&env, norm::fault(x.len(), channels, inner))?;
    let others = [bytes(x), bytes(&variance)];
    let mean = output(&env, "mean", &mut mean, channels, &others)?;
    let variance = output(&env, "variance", &mut variance, channels, &[bytes(x)])?;
    norm::moments(x, channels, inner, mean, variance);
    Ok(())
}

#[napi]
pub fn affine(env: Env, x: Float32ArraySlice, affine: Affine, mut y: Float32ArraySlice) -> Result<()> {
    let affine = affine.borrow();
    refuse_fault(&env, affine.fault(x.len()))?;
    let source = unless_same(&env, "x", &x, &bytes(&y))?;
    let y = output(&env, "y", &mut y, x.len(), &[bytes(affine.scale), bytes(affine.shift)])?;
    norm::affine(source, &affine, y);
    Ok(())
}

#[napi]
pub fn channel_sums(
    env: Env,
    x: &[f32],
    gradient: &[f32],
    channels: u32,
    inner: u32,
    mut sums: Float64ArraySlice,
) -> Result<()> {
    let (channels, inner) = (channels as usize, inner as usize);
    refuse_fault(&env, norm::fault(x.len(), channels, inner))?;
    check_length(&env, "gradient", gradient.len(), x.len())?;
    let sums = output(&env, "sums", &mut sums, 2 * channels, &[bytes(x), bytes(gradient)])?;
    norm::channel_sums(x, gradient, channels, inner, sums);
    Ok(())
}

#[napi]
pub fn norm_backward(
    env: Env,
    x: &[f32],
    gradient: Float32ArraySlice,
    inner: u32,
    a: &[f32],
    b: &[f32],
    d: &[f32],
    mut out: Float32ArraySlice,
) -> Result<()> {
    let inner = inner as usize;
    refuse_fault(&env, norm::fault(x.len(), a.len(), inner))?;
    check_length(&env, "b", b.len(), a.len())?;
    check_length(&env, "d", d.len(), a.len())?;
    check_length(&env, "gradient", gradient.len(), x.len())?;
    let source = unless_same(&env, "gradient", &gradient, &bytes(&out))?;
    let out = output(&env, "out", &mut out, x.len(), &[x, a, b, d].map(bytes))?;
    norm::norm_backward(x, source, inner, a, b, d, out);
    Ok(())
}
