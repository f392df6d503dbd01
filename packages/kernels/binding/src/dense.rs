use crate::arrays::{bytes, check_length, output};
use crate::geometry::{Geometry, checked};
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::dense;

/// `Kernels.denseForward`.
#[napi(catch_unwind)]
pub fn dense_forward(
    env: &Env,
    geometry: Geometry,
    winograd: bool,
    x: &[f32],
    weights: &[f32],
    mut y: Float32ArraySlice,
) -> Result<()> {
    let g = checked(env, geometry)?;
    check_length(env, "x", x.len(), g.images * g.input_size())?;
    check_length(env, "weights", weights.len(), g.weight_size())?;
    let y = output(env, "y", &mut y, g.images * g.output_size(), &[bytes(x), bytes(weights)])?;
    dense::forward(&g, winograd, x, weights, y);
    Ok(())
}

/// `Kernels.denseToInput`.
#[napi(catch_unwind)]
pub fn dense_to_input(
    env: &Env,
    geometry: Geometry,
    winograd: bool,
    upstream: &[f32],
    weights: &[f32],
    mut gradient: Float32ArraySlice,
) -> Result<()> {
    let g = checked(env, geometry)?;
    check_length(env, "upstream", upstream.len(), g.images * g.output_size())?;
    check_length(env, "weights", weights.len(), g.weight_size())?;
    let inputs = g.images * g.input_size();
    let gradient = output(env, "gradient", &mut gradient, inputs, &[bytes(upstream), bytes(weights)])?;
    dense::to_input(&g, winograd, upstream, weights, gradient);
    Ok(())
}

/// `Kernels.denseToWeights`.
#[napi(catch_unwind)]
pub fn dense_to_weights(
    env: &Env,
    geometry: Geometry,
    x: &[f32],
    upstream: &[f32],
    mut gradient: Float32ArraySlice,
) -> Result<()> {
    let g = checked(env, geometry)?;
    check_length(env, "x", x.len(), g.images * g.input_size())?;
    check_length(env, "upstream", upstream.len(), g.images * g.output_size())?;
    let gradient = output(env, "gradient", &mut gradient, g.weight_size(), &[bytes(x), bytes(upstream)])?;
    dense::to_weights(&g, x, upstream, gradient);
    Ok(())
}
