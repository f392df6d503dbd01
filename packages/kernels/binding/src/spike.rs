use crate::arrays::{bytes, check_length, output};
use crate::geometry::{Geometry, checked};
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::{spike_forward, spike_weight};

/// `Kernels.spikeForward`.
#[napi(catch_unwind)]
pub fn spike_forward(
    env: &Env,
    geometry: Geometry,
    bits: &[u32],
    weights: &[f32],
    mut y: Float32ArraySlice,
) -> Result<()> {
    let g = checked(env, geometry)?;
    check_length(env, "bits", bits.len(), spike_forward::packed_length(&g))?;
    check_length(env, "weights", weights.len(), g.weight_size())?;
    let y = output(env, "y", &mut y, g.images * g.output_size(), &[bytes(bits), bytes(weights)])?;
    spike_forward::spike_forward(&g, bits, weights, y);
    Ok(())
}

/// `Kernels.spikeToWeights`.
#[napi(catch_unwind)]
pub fn spike_to_weights(
    env: &Env,
    geometry: Geometry,
    bits: &[u32],
    upstream: &[f32],
    mut gradient: Float32ArraySlice,
) -> Result<()> {
    let g = checked(env, geometry)?;
    check_length(env, "bits", bits.len(), spike_forward::packed_length(&g))?;
    check_length(env, "upstream", upstream.len(), g.images * g.output_size())?;
    let others = [bytes(bits), bytes(upstream)];
    let gradient = output(env, "gradient", &mut gradient, g.weight_size(), &others)?;
    spike_weight::spike_to_weights(&g, bits, upstream, gradient);
    Ok(())
}
