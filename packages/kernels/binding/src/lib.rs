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

use napi::Result;
use napi::bindgen_prelude::Object;
use napi_derive::napi;

/// Runs on each thread that loads the library.
#[napi(module_exports)]
pub fn load(_exports: Object) -> Result<()> {
    snnx_kernels::parallel::join();
    Ok(())
}

/// Raised, here and in `src/load.ts`, whenever a kernel's arguments or results change.
#[napi]
pub fn abi() -> u32 {
    2
}
