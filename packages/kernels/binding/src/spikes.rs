use crate::arrays::{bytes, check_length, output, refuse};
use napi::bindgen_prelude::*;
use napi_derive::napi;
use snnx_kernels::spikes::{self, words_of};

#[napi]
pub fn pack_spikes(env: Env, values: &[f32], row: u32, mut bits: Uint32ArraySlice) -> Result<()> {
    let words = words_in_rows(&env, values.len(), row)?;
    spikes::pack(values, row as usize, output(&env, "bits", &mut bits, words, &[bytes(values)])?);
    Ok(())
}

#[napi]
pub fn expand_spikes(env: Env, bits: &[u32], row: u32, scale: f64, mut values: Float32ArraySlice) -> Result<()> {
    let length = values.len();
    check_length(&env, "bits", bits.len(), words_in_rows(&env, length, row)?)?;
    let values = output(&env, "values", &mut values, length, &[bytes(bits)])?;
    spikes::expand(bits, row as usize, scale as f32, values);
    Ok(())
}

#[napi]
pub fn count_spikes(bits: &[u32]) -> f64 {
    spikes::count(bits) as f64
}

#[napi]
pub fn repack_spikes(env: Env, bits: &[u32], row: u32, new_row: u32, mut out: Uint32ArraySlice) -> Result<()> {
    let words = words_of(row as usize);
    if words == 0 || !bits.len().is_multiple_of(words) {
        return refuse(&env, &format!("{} words are no rows of {row} spikes", bits.len()));
    }
    let new_words = words_in_rows(&env, bits.len() / words * row as usize, new_row)?;
    let out = output(&env, "out", &mut out, new_words, &[bytes(bits)])?;
    spikes::repack(bits, row as usize, new_row as usize, out);
    Ok(())
}

/// The words of so many elements in rows.
fn words_in_rows(env: &Env, elements: usize, row: u32) -> Result<usize> {
    let row = row as usize;
    if row == 0 || !elements.is_multiple_of(row) {
        return refuse(env, &format!("{elements} elements are no rows of {row}"));
    }
    Ok(elements / row * words_of(row))
}
