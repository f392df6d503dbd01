use crate::arrays::{Written, bytes, check_length, output, refuse};
use crate::geometry::{Geometry, checked};
use crate::optimiser::AdamStep;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::connections;
use snnx_kernels::geometry::Geometry as Extents;
use snnx_kernels::optimiser::Sgd;
use snnx_kernels::{sparse_forward, sparse_weight};

/// `Kernels.connect`.
#[napi(catch_unwind)]
pub fn connect(env: &Env, geometry: Geometry, mask: &[u32]) -> Result<Connections> {
    let g = checked(env, geometry)?;
    if u32::try_from(g.weight_size()).is_err() {
        return refuse(env, &format!("too many weights: {g:?}"));
    }
    check_length(env, "mask", mask.len(), g.weight_size().div_ceil(32))?;
    let lists = connections::Connections::new(g, mask);
    Ok(Connections { count: lists.count() as u32, lists: Some(lists) })
}

/// `Connections` of `src/kernels.ts`.
#[napi]
pub struct Connections {
    count: u32,
    lists: Option<connections::Connections>,
}

#[napi]
impl Connections {
    #[napi(getter)]
    pub fn count(&self) -> u32 {
        self.count
    }

    #[napi(catch_unwind)]
    pub fn load(&mut self, env: &Env, weights: &[f32]) -> Result<()> {
        check_length(env, "weights", weights.len(), self.lists()?.geometry().weight_size())?;
        if let Some(lists) = &mut self.lists {
            lists.load(weights);
        }
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn forward(&self, env: &Env, geometry: Geometry, x: &[f32], mut y: Float32ArraySlice) -> Result<()> {
        let (lists, g) = self.called_with(env, geometry)?;
        check_length(env, "x", x.len(), g.images * g.input_size())?;
        let y = output(env, "y", &mut y, g.images * g.output_size(), &[bytes(x)])?;
        sparse_forward::forward(lists, g.images, x, y);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn forward_spikes(&self, env: &Env, geometry: Geometry, bits: &[u32], mut y: Float32ArraySlice) -> Result<()> {
        let (lists, g) = self.called_with(env, geometry)?;
        check_length(env, "bits", bits.len(), g.images * sparse_forward::spike_words(&g))?;
        let y = output(env, "y", &mut y, g.images * g.output_size(), &[bytes(bits)])?;
        sparse_forward::forward_spikes(lists, g.images, bits, y);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn to_input(
        &self,
        env: &Env,
        geometry: Geometry,
        upstream: &[f32],
        mut gradient: Float32ArraySlice,
    ) -> Result<()> {
        let (lists, g) = self.called_with(env, geometry)?;
        check_length(env, "upstream", upstream.len(), g.images * g.output_size())?;
        let gradient = output(env, "gradient", &mut gradient, g.images * g.input_size(), &[bytes(upstream)])?;
        sparse_forward::to_input(lists, g.images, upstream, gradient);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn to_weights(
        &self,
        env: &Env,
        geometry: Geometry,
        x: &[f32],
        upstream: &[f32],
        mut values: Float32ArraySlice,
    ) -> Result<()> {
        let (lists, g) = self.called_with(env, geometry)?;
        check_length(env, "x", x.len(), g.images * g.input_size())?;
        check_length(env, "upstream", upstream.len(), g.images * g.output_size())?;
        let values = output(env, "values", &mut values, lists.count(), &[bytes(x), bytes(upstream)])?;
        sparse_weight::to_weights(lists, g.images, x, upstream, values);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn to_weights_from_spikes(
        &self,
        env: &Env,
        geometry: Geometry,
        bits: &[u32],
        upstream: &[f32],
        mut values: Float32ArraySlice,
    ) -> Result<()> {
        let (lists, g) = self.called_with(env, geometry)?;
        check_length(env, "bits", bits.len(), g.images * sparse_forward::spike_words(&g))?;
        check_length(env, "upstream", upstream.len(), g.images * g.output_size())?;
        let values = output(env, "values", &mut values, lists.count(), &[bytes(bits), bytes(upstream)])?;
        sparse_weight::to_weights_from_spikes(lists, g.images, bits, upstream, values);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn scatter(&self, env: &Env, values: &[f32], mut dense: Float32ArraySlice) -> Result<()> {
        let lists = self.lists()?;
        check_length(env, "values", values.len(), lists.count())?;
        let dense = output(env, "dense", &mut dense, lists.geometry().weight_size(), &[bytes(values)])?;
        lists.scatter(values, dense);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn gather(&self, env: &Env, dense: &[f32], mut values: Float32ArraySlice) -> Result<()> {
        let lists = self.lists()?;
        check_length(env, "dense", dense.len(), lists.geometry().weight_size())?;
        let values = output(env, "values", &mut values, lists.count(), &[bytes(dense)])?;
        lists.gather(dense, values);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn adam(
        &self,
        env: &Env,
        step: AdamStep,
        mut weights: Float32ArraySlice,
        mut first: Float32ArraySlice,
        mut second: Float32ArraySlice,
        values: &[f32],
    ) -> Result<()> {
        let lists = self.lists()?;
        check_length(env, "values", values.len(), lists.count())?;
        let size = lists.geometry().weight_size();
        let [w, m, g] = [bytes(weights.read()), bytes(first.read()), bytes(values)];
        let second = output(env, "second", &mut second, size, &[g.clone(), w.clone(), m.clone()])?;
        let first = output(env, "first", &mut first, size, &[g.clone(), w])?;
        let weights = output(env, "weights", &mut weights, size, &[g, m])?;
        lists.adam(step.into(), weights, first, second, values);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn sgd(
        &self,
        env: &Env,
        momentum: f64,
        rate: f64,
        mut weights: Float32ArraySlice,
        mut first: Float32ArraySlice,
        values: &[f32],
    ) -> Result<()> {
        let lists = self.lists()?;
        check_length(env, "values", values.len(), lists.count())?;
        let size = lists.geometry().weight_size();
        let [w, g] = [bytes(weights.read()), bytes(values)];
        let first = output(env, "first", &mut first, size, &[g.clone(), w])?;
        let weights = output(env, "weights", &mut weights, size, &[g])?;
        lists.sgd(Sgd { momentum, rate }, weights, first, values);
        Ok(())
    }

    #[napi]
    pub fn dispose(&mut self) {
        self.lists = None;
    }
}

impl Connections {
    fn lists(&self) -> Result<&connections::Connections> {
        self.lists.as_ref().ok_or_else(|| Error::from_reason("these connections are disposed of"))
    }

    /// The lists, and the geometry of a call, which may differ from that of `connect` in its images only.
    fn called_with(&self, env: &Env, geometry: Geometry) -> Result<(&connections::Connections, Extents)> {
        let lists = self.lists()?;
        let g = checked(env, geometry)?;
        if (Extents { images: g.images, ..*lists.geometry() }) != g {
            return refuse(env, &format!("connections of {:?}, not of {g:?}", lists.geometry()));
        }
        Ok((lists, g))
    }
}
