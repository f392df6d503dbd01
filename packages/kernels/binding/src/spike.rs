use crate::geometry::Geometry;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::geometry::Geometry as Extents;
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
    let extents = checked(env, geometry, bits, weights, &y)?;
    // SAFETY: JavaScript waits for this call, and of the arrays only `y` is written, which is not to be another's memory.
    spike_forward::spike_forward(&extents, bits, weights, unsafe { y.as_mut() });
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
    let extents = checked(env, geometry, bits, &gradient, upstream)?;
    // SAFETY: as in `spike_forward`, of `gradient`.
    spike_weight::spike_to_weights(&extents, bits, upstream, unsafe { gradient.as_mut() });
    Ok(())
}

/// The extents, if the kernel fits into the image and the arrays have their lengths.
fn checked(env: &Env, geometry: Geometry, bits: &[u32], weights: &[f32], output: &[f32]) -> Result<Extents> {
    let extents = Extents::from(geometry);
    let Extents { images, channels_in, height, width, channels_out, kernel, stride, padding } = extents;
    if channels_in == 0 || channels_out == 0 || kernel == 0 || stride == 0 {
        return Err(range_error(env, format!("empty geometry {extents:?}")));
    }
    if height + 2 * padding < kernel || width + 2 * padding < kernel {
        return Err(range_error(env, format!("the kernel does not fit into the image: {extents:?}")));
    }
    for (what, found, expected) in [
        ("words of spikes", bits.len(), spike_forward::packed_length(&extents)),
        ("weights", weights.len(), extents.weight_size()),
        ("outputs", output.len(), images * extents.output_size()),
    ] {
        if found != expected {
            return Err(range_error(env, format!("{found} {what} instead of {expected} for {extents:?}")));
        }
    }
    Ok(extents)
}

/// Throws a RangeError; the result tells napi that it is thrown already.
fn range_error(env: &Env, message: String) -> Error {
    match env.throw_range_error(&message, None) {
        Ok(()) => Error::new(Status::PendingException, message),
        Err(error) => error,
    }
}
