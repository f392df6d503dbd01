use crate::arrays::{bytes, check_length, output, refuse};
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::select::{self, Refusal};
use snnx_kernels::spikes::words_of;

/// `Bottom` of `src/kernels.ts`.
#[napi(object, object_from_js = false)]
pub struct Bottom {
    pub energy: f64,
    pub total: f64,
    pub next: f64,
    pub threshold: i32,
}

#[napi]
pub fn mask_bottom(
    env: Env,
    weights: Vec<Float32ArraySlice>,
    s: f64,
    mut masks: Vec<Uint32ArraySlice>,
    guess: i32,
) -> Result<Bottom> {
    check_length(&env, "masks", masks.len(), weights.len())?;
    if s < 0.0 || s.fract() != 0.0 {
        return refuse(&env, &format!("{s} weights cannot be masked"));
    }
    let values: Vec<&[f32]> = weights.iter().map(|values| values.as_ref()).collect();
    let mut others: Vec<_> = values.iter().map(|values| bytes(values)).collect();
    let mut outputs = Vec::with_capacity(masks.len());
    for (mask, values) in masks.iter_mut().zip(&values) {
        let own = bytes(mask);
        outputs.push(output(&env, "a mask", mask, words_of(values.len()), &others)?);
        others.push(own);
    }
    match select::mask_bottom(&values, s as usize, &mut outputs, guess) {
        Ok(select::Bottom { energy, total, next, threshold }) => Ok(Bottom { energy, total, next, threshold }),
        Err(Refusal::NotFinite { layer }) => refuse(&env, &format!("a weight of array {layer} is not finite")),
        Err(Refusal::TooFew { s, weights }) => refuse(&env, &format!("{s} of {weights} weights cannot be masked")),
    }
}

#[napi]
pub fn shrink_masked(env: Env, mut weights: Float32ArraySlice, mask: &[u32], factor: f64) -> Result<()> {
    let length = weights.len();
    check_length(&env, "mask", mask.len(), words_of(length))?;
    select::shrink_masked(output(&env, "weights", &mut weights, length, &[bytes(mask)])?, mask, factor as f32);
    Ok(())
}

#[napi]
pub fn count_regrown(env: Env, mask: &[u32], before: &[u32]) -> Result<f64> {
    check_length(&env, "before", before.len(), mask.len())?;
    Ok(select::count_regrown(mask, before) as f64)
}

#[napi]
pub fn scale_columns(env: Env, x: &[f32], factors: &[f32], mut y: Float32ArraySlice) -> Result<()> {
    check_rows(&env, "factors", x.len(), factors.len())?;
    select::scale_columns(x, factors, output(&env, "y", &mut y, x.len(), &[bytes(x), bytes(factors)])?);
    Ok(())
}

#[napi]
pub fn sum_kept(env: Env, mask: &[u32], length: u32, costs: &[f32]) -> Result<f64> {
    check_length(&env, "mask", mask.len(), words_of(length as usize))?;
    check_rows(&env, "costs", length as usize, costs.len())?;
    Ok(select::sum_kept(mask, length as usize, costs))
}

fn check_rows(env: &Env, name: &str, length: usize, columns: usize) -> Result<()> {
    if columns == 0 || !length.is_multiple_of(columns) {
        return refuse(env, &format!("{length} weights are no whole rows of {columns} {name}"));
    }
    Ok(())
}
