//! The connections of one layer that a mask leaves.
//!
//! They are kept as ascending flat indices into the weights `[channels_out, channels_in, kernel, kernel]`, which is a
//! compressed sparse row matrix: row `o` holds the connections into output channel `o`. The kernels on spikes work on just
//! that; those on floats want each connection as an offset into a tile that fits the cache (`lists`), in either direction,
//! and build these when they are first called.

pub(crate) mod cells;
pub(crate) mod lists;
mod mask;
mod optimise;
#[cfg(test)]
pub(crate) mod oracle;
mod transposed;

use crate::geometry::Geometry;
use crate::parallel::{Shared, for_each};
use lists::Lists;
use std::sync::OnceLock;

/// Connections of one part of a parallel loop over all connections.
const PART: usize = 1 << 14;

pub struct Connections {
    geometry: Geometry,
    index: Vec<u32>,
    start: Vec<u32>,
    values: Vec<f32>,
    forward: OnceLock<Lists>,
    transposed: OnceLock<Lists>,
}

impl Connections {
    /// The connections that `mask` leaves: bits of all weights as one row, 1 = kept. Their values are 0 until `load`.
    /// Panics when the mask's length is not that of the geometry's weights, or there are more than 2^32 - 1 weights.
    pub fn new(geometry: Geometry, mask: &[u32]) -> Self {
        geometry.check();
        assert!(u32::try_from(geometry.weight_size()).is_ok(), "too many weights: {geometry:?}");
        let index = mask::indices(mask, geometry.weight_size());
        let row = geometry.channels_in * geometry.taps();
        let start = (0..=geometry.channels_out).map(|o| index.partition_point(|&i| (i as usize) < o * row) as u32);
        Self {
            start: start.collect(),
            values: vec![0.0; index.len()],
            geometry,
            index,
            forward: OnceLock::new(),
            transposed: OnceLock::new(),
        }
    }

    /// How many connections there are.
    pub fn count(&self) -> usize {
        self.index.len()
    }

    /// The geometry given to `new`; `images` has no meaning here.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Flat indices of the connections' weights, ascending.
    pub fn index(&self) -> &[u32] {
        &self.index
    }

    /// Where each output channel's connections begin, and the end of the last: `channels_out + 1` numbers.
    pub fn start(&self) -> &[u32] {
        &self.start
    }

    /// The connections' values, in the order of `index`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The connections as offsets into a tile of the input, by output channel.
    pub(crate) fn forward_lists(&self) -> &Lists {
        self.forward.get_or_init(|| Lists::forward(self))
    }

    /// The connections as offsets into a tile of the output's gradient, by input channel.
    pub(crate) fn transposed_lists(&self) -> &Lists {
        self.transposed.get_or_init(|| Lists::transposed(self))
    }

    /// Takes the connections' values out of the dense weights.
    pub fn load(&mut self, weights: &[f32]) {
        let mut values = std::mem::take(&mut self.values);
        self.gather(weights, &mut values);
        self.values = values;
        if let Some(lists) = self.transposed.get_mut() {
            lists.load(&self.values);
        }
    }

    /// `values[i] = dense[index of connection i]`.
    pub fn gather(&self, dense: &[f32], values: &mut [f32]) {
        assert_eq!(dense.len(), self.geometry.weight_size(), "weights");
        assert_eq!(values.len(), self.count(), "values of connections");
        let shared = Shared::new(values);
        for_each(self.count().div_ceil(PART), |part| {
            let index = self.part(part);
            // SAFETY: parts do not overlap.
            let values = unsafe { shared.piece(part * PART, index.len()) };
            for (value, &i) in values.iter_mut().zip(index) {
                // SAFETY: indices come from the mask of as many weights.
                *value = unsafe { *dense.get_unchecked(i as usize) };
            }
        });
    }

    /// `dense[index of connection i] = values[i]`; all else is 0.
    pub fn scatter(&self, values: &[f32], dense: &mut [f32]) {
        assert_eq!(dense.len(), self.geometry.weight_size(), "weights");
        assert_eq!(values.len(), self.count(), "values of connections");
        let row = self.geometry.channels_in * self.geometry.taps();
        let shared = Shared::new(dense);
        for_each(self.geometry.channels_out, |o| {
            // SAFETY: rows do not overlap.
            let dense = unsafe { shared.piece(o * row, row) };
            dense.fill(0.0);
            let connections = self.start[o] as usize..self.start[o + 1] as usize;
            for (&value, &i) in values[connections.clone()].iter().zip(&self.index[connections]) {
                dense[i as usize - o * row] = value;
            }
        });
    }

    /// The indices of one part of all connections.
    fn part(&self, part: usize) -> &[u32] {
        &self.index[part * PART..self.count().min((part + 1) * PART)]
    }
}

#[cfg(test)]
mod tests {
    use super::oracle::{Case, geometries};
    use super::*;
    use crate::optimiser::{self, Adam, Sgd};
    use crate::vector::under_each_isa;

    fn scattered(connections: &Connections, values: &[f32]) -> Vec<f32> {
        let mut dense = vec![f32::NAN; connections.geometry().weight_size()];
        connections.scatter(values, &mut dense);
        dense
    }

    #[test]
    fn connections_are_the_bits_of_the_mask() {
        for geometry in geometries() {
            for density in [0.0, 0.1, 1.0] {
                let case = Case::new(geometry, density, None);
                let mut mask = case.mask.clone();
                // Bits after the last weight mean nothing.
                if geometry.weight_size() % 32 > 0 {
                    *mask.last_mut().unwrap() |= 1 << 31;
                }
                let connections = Connections::new(geometry, &mask);
                let kept = |&i: &u32| case.mask[i as usize / 32] >> (i % 32) & 1 == 1;
                let expected: Vec<u32> = (0..geometry.weight_size() as u32).filter(kept).collect();
                assert_eq!(connections.index(), expected);
            }
        }
    }

    #[test]
    fn values_go_in_and_out_of_dense_weights() {
        for geometry in geometries() {
            let case = Case::new(geometry, 0.3, None);
            let connections = case.connections();
            assert_eq!(scattered(&connections, connections.values()), case.weights);
            let mut values = vec![0.0; connections.count()];
            connections.gather(&case.weights, &mut values);
            assert_eq!(values, connections.values());
        }
    }

    #[test]
    fn descent_is_that_of_dense_weights_where_there_are_connections() {
        let geometry = geometries()[1];
        let case = Case::new(geometry, 0.3, None);
        let connections = case.connections();
        let size = geometry.weight_size();
        let gradient = vec![0.25; connections.count()];
        let dense_gradient = scattered(&connections, &gradient);
        let adam = Adam { beta1: 0.9, beta2: 0.999, rate: 1e-2, epsilon: 1e-8 };
        let sgd = Sgd { momentum: 0.9, rate: 0.1 };
        under_each_isa(|_| {
            let (mut w, mut m, mut v) = (case.weights.clone(), vec![0.5; size], vec![0.25; size]);
            connections.adam(adam, &mut w, &mut m, &mut v, &gradient);
            connections.sgd(sgd, &mut w, &mut m, &gradient);
            let (mut dense_w, mut dense_m, mut dense_v) = (case.weights.clone(), vec![0.5; size], vec![0.25; size]);
            optimiser::adam(adam, &mut dense_w, &mut dense_m, &mut dense_v, &dense_gradient);
            optimiser::sgd(sgd, &mut dense_w, &mut dense_m, &dense_gradient);
            for i in 0..size {
                let kept = case.mask[i / 32] >> (i % 32) & 1 == 1;
                let expected = if kept { [dense_w[i], dense_m[i], dense_v[i]] } else { [case.weights[i], 0.5, 0.25] };
                assert_eq!([w[i], m[i], v[i]], expected);
            }
        });
    }

    #[test]
    #[should_panic]
    fn masks_of_another_length_are_refused() {
        Connections::new(geometries()[0], &[0]);
    }
}
