//! The kernels for Node: thin wrappers, no logic. Names and arguments are those of `Kernels` in `src/kernels.ts`.

mod arrays;
mod connections;
mod dense;
mod elementwise;
mod geometry;
mod neuron;
mod norm;
mod optimiser;
mod pool;
mod select;
mod spike;
mod spikes;
