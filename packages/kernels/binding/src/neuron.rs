use crate::arrays::{bytes, check_length, output, refuse, refuse_fault, unless_same};
use crate::norm::Affine;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::neuron::{self, Extent, Kind, Model, Reset};

/// `Surrogate` of `@snnx/ir`.
#[napi(object, object_to_js = false)]
pub struct Surrogate {
    pub kind: String,
    pub alpha: f64,
}

/// `Neuron` of `@snnx/ir`.
#[napi(object, object_to_js = false)]
pub struct Neuron {
    pub model: String,
    pub tau: f64,
    pub threshold: f64,
    pub reset_to: f64,
    pub reset: String,
    pub detach: bool,
    pub surrogate: Surrogate,
}

impl Neuron {
    fn read(&self, env: &Env) -> Result<neuron::Neuron> {
        let kind = match self.surrogate.kind.as_str() {
            "atan" => Kind::Atan,
            "sigmoid" => Kind::Sigmoid,
            "triangle" => Kind::Triangle,
            other => return refuse(env, &format!("no surrogate is called {other}")),
        };
        Ok(neuron::Neuron {
            model: match self.model.as_str() {
                "lif" => Model::Lif,
                "if" => Model::If,
                "plif" => Model::Plif,
                other => return refuse(env, &format!("no model is called {other}")),
            },
            tau: self.tau as f32,
            threshold: self.threshold as f32,
            reset_to: self.reset_to as f32,
            reset: match self.reset.as_str() {
                "zero" => Reset::Zero,
                "subtract" => Reset::Subtract,
                other => return refuse(env, &format!("no reset is called {other}")),
            },
            detach: self.detach,
            surrogate: neuron::Surrogate { kind, alpha: self.surrogate.alpha },
        })
    }
}

/// `NeuronExtent` of `src/kernels.ts`.
#[napi(object, object_to_js = false)]
pub struct NeuronExtent {
    pub steps: u32,
    pub width: u32,
    pub row: u32,
    pub constant_input: bool,
}

impl NeuronExtent {
    fn read(&self) -> Extent {
        Extent {
            steps: self.steps as usize,
            width: self.width as usize,
            row: self.row as usize,
            constant_input: self.constant_input,
        }
    }
}

#[napi]
pub fn neuron_forward(
    env: Env,
    neuron: Neuron,
    decay: f64,
    extent: NeuronExtent,
    x: &[f32],
    affine: Option<Affine>,
    mut bits: Uint32ArraySlice,
) -> Result<f64> {
    let (neuron, extent) = (neuron.read(&env)?, extent.read());
    let affine = affine.as_ref().map(Affine::borrow);
    refuse_fault(&env, extent.fault(affine.as_ref()))?;
    check_length(&env, "x", x.len(), extent.inputs())?;
    let others = [bytes(x), affine.map_or(0..0, |of| bytes(of.scale)), affine.map_or(0..0, |of| bytes(of.shift))];
    let bits = output(&env, "bits", &mut bits, extent.steps * extent.step_words(), &others)?;
    Ok(neuron::forward(&neuron, decay as f32, &extent, x, affine.as_ref(), bits) as f64)
}

#[napi]
pub fn neuron_backward(
    env: Env,
    neuron: Neuron,
    decay: f64,
    extent: NeuronExtent,
    x: &[f32],
    affine: Option<Affine>,
    upstream: Float32ArraySlice,
    mut gradient: Float32ArraySlice,
    mut sums: Option<Float64ArraySlice>,
) -> Result<f64> {
    let (neuron, extent) = (neuron.read(&env)?, extent.read());
    let affine = affine.as_ref().map(Affine::borrow);
    refuse_fault(&env, extent.fault(affine.as_ref()))?;
    check_length(&env, "x", x.len(), extent.inputs())?;
    check_length(&env, "upstream", upstream.len(), extent.outputs())?;
    if sums.is_some() && affine.is_none() {
        return refuse(&env, "sums without an affine map");
    }
    let mut others = vec![bytes(x)];
    others.extend(affine.iter().flat_map(|affine| [bytes(affine.scale), bytes(affine.shift)]));
    let to = bytes(&gradient);
    let source = unless_same(&env, "upstream", &upstream, &to)?;
    let gradient = output(&env, "gradient", &mut gradient, extent.inputs(), &others)?;
    others.extend([bytes(&upstream), to]);
    let sums = match (&mut sums, affine) {
        (Some(sums), Some(affine)) => Some(output(&env, "sums", sums, 2 * affine.channels(), &others)?),
        _ => None,
    };
    Ok(neuron::backward(&neuron, decay as f32, &extent, x, affine.as_ref(), source, gradient, sums))
}
