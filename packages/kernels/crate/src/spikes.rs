//! Spikes as bits: a tensor `[..., row]` of zeros and ones is packed along its last axis, bit `i % 32` of word `i / 32`,
//! every row beginning with a word of its own and its unused bits being 0. An image is so a word (or more) per row of
//! pixels, a linear layer's input `ceil(features / 32)` words per example.

/// Words of a row of `row` elements.
pub const fn words_of(row: usize) -> usize {
    row.div_ceil(32)
}

/// Packs values that are 0 or 1; anything that is not 0 counts as 1.
pub fn pack(values: &[f32], row: usize, bits: &mut [u32]) {
    let words = words_of(row);
    assert_eq!(values.len() % row, 0);
    assert_eq!(bits.len(), values.len() / row * words);
    for (values, bits) in values.chunks_exact(row).zip(bits.chunks_exact_mut(words)) {
        for (word, lanes) in bits.iter_mut().zip(values.chunks(32)) {
            *word = lanes.iter().enumerate().fold(0, |word, (lane, value)| word | (u32::from(*value != 0.0) << lane));
        }
    }
}

/// The bits as `scale` or 0.
pub fn expand(bits: &[u32], row: usize, scale: f32, values: &mut [f32]) {
    let words = words_of(row);
    assert_eq!(values.len() % row, 0);
    assert_eq!(bits.len(), values.len() / row * words);
    for (values, bits) in values.chunks_exact_mut(row).zip(bits.chunks_exact(words)) {
        for (word, lanes) in bits.iter().zip(values.chunks_mut(32)) {
            for (lane, value) in lanes.iter_mut().enumerate() {
                *value = if word >> lane & 1 == 1 { scale } else { 0.0 };
            }
        }
    }
}

/// How many bits are set.
pub fn count(bits: &[u32]) -> usize {
    bits.iter().map(|word| word.count_ones() as usize).sum()
}
