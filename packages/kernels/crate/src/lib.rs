//! The kernels of spiking networks: neurons over all steps, sparse and dense layers, selection, optimisers.
//!
//! Arrays are `f32`, row-major, images NCHW with time and batch folded into one axis; spikes are bits (`spikes`). Every
//! kernel is a safe function that checks its arguments' lengths and then runs `unsafe` tiles, one instruction set of which
//! is chosen at run time (`vector`). Work is cut into parts that depend on the extents alone, so results are the same
//! bits for any number of threads.

mod aligned;
mod bit_matrix;
pub mod geometry;
#[cfg(test)]
mod naive;
pub mod parallel;
mod prefetch;
mod scratch;
pub mod spikes;
mod transpose;
pub mod vector;

pub mod connections;
pub mod dense;
pub mod elementwise;
pub mod gemm;
pub mod neuron;
pub mod norm;
pub mod optimiser;
pub mod pool;
pub mod select;
pub mod sparse_forward;
pub mod sparse_weight;
pub mod spike_forward;
pub mod spike_weight;
pub mod winograd;
