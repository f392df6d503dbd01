use crate::arrays::{bytes, check_length, output, refuse, unless_same};
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::elementwise;

#[napi]
pub fn add(env: Env, a: Float32ArraySlice, b: Float32ArraySlice, mut sum: Float32ArraySlice) -> Result<()> {
    check_length(&env, "b", b.len(), a.len())?;
    let to = bytes(&sum);
    let (first, second) = (unless_same(&env, "a", &a, &to)?, unless_same(&env, "b", &b, &to)?);
    elementwise::add(first, second, output(&env, "sum", &mut sum, a.len(), &[])?);
    Ok(())
}

#[napi]
pub fn and_spikes(env: Env, a: Uint32ArraySlice, b: &[u32], mut out: Uint32ArraySlice) -> Result<()> {
    if !a.is_empty() && (b.is_empty() || !a.len().is_multiple_of(b.len())) {
        return refuse(&env, &format!("b has {} elements, which do not divide {}", b.len(), a.len()));
    }
    let source = unless_same(&env, "a", &a, &bytes(&out))?;
    elementwise::and_spikes(source, b, output(&env, "out", &mut out, a.len(), &[bytes(b)])?);
    Ok(())
}

#[napi]
pub fn scale(env: Env, mut x: Float32ArraySlice, factor: f64) -> Result<()> {
    let length = x.len();
    elementwise::scale(output(&env, "x", &mut x, length, &[])?, factor as f32);
    Ok(())
}

#[napi]
pub fn is_finite(x: &[f32]) -> bool {
    elementwise::is_finite(x)
}
