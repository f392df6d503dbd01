use crate::arrays::{bytes, output};
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::optimiser::{self, Adam, Sgd};

/// `AdamStep` of `src/kernels.ts`.
#[napi(object, object_to_js = false)]
pub struct AdamStep {
    pub beta1: f64,
    pub beta2: f64,
    pub rate: f64,
    pub epsilon: f64,
}

impl From<AdamStep> for Adam {
    fn from(AdamStep { beta1, beta2, rate, epsilon }: AdamStep) -> Self {
        Self { beta1, beta2, rate, epsilon }
    }
}

#[napi]
pub fn adam(
    env: Env,
    step: AdamStep,
    mut weights: Float32ArraySlice,
    mut first: Float32ArraySlice,
    mut second: Float32ArraySlice,
    gradient: Float32ArraySlice,
) -> Result<()> {
    let length = gradient.len();
    let [w, m, v, g] = [bytes(&weights), bytes(&first), bytes(&second), bytes(&gradient)];
    let second = output(&env, "second", &mut second, length, &[g.clone(), w.clone(), m.clone()])?;
    let first = output(&env, "first", &mut first, length, &[g.clone(), w, v])?;
    let weights = output(&env, "weights", &mut weights, length, &[g, m])?;
    optimiser::adam(step.into(), weights, first, second, &gradient);
    Ok(())
}

#[napi]
pub fn sgd(
    env: Env,
    momentum: f64,
    rate: f64,
    mut weights: Float32ArraySlice,
    mut first: Float32ArraySlice,
    gradient: Float32ArraySlice,
) -> Result<()> {
    let length = gradient.len();
    let [w, g] = [bytes(&weights), bytes(&gradient)];
    let first = output(&env, "first", &mut first, length, &[g.clone(), w])?;
    let weights = output(&env, "weights", &mut weights, length, &[g])?;
    optimiser::sgd(Sgd { momentum, rate }, weights, first, &gradient);
    Ok(())
}
