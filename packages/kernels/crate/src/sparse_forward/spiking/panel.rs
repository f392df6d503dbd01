use crate::sparse_forward::tiling::LANES;
use crate::spikes::words_of;
use std::arch::x86_64::*;
use std::ops::Range;

/// Transposes `rows` of spikes `[rows, words]` into masks `[channel, units]` of the channels of some words: bit `l` of unit
/// `u` is row `16 u + l` of the group, rows beyond the last being 0.
///
/// # Safety
/// There is AVX-512; `masks` holds those of 32 channels for each of the words.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
pub unsafe fn fill_panel(
    bits: &[u32],
    channels: usize,
    rows: Range<usize>,
    words: Range<usize>,
    units: usize,
    masks: *mut u16,
) {
    let row = words_of(channels);
    for unit in 0..units {
        let first = rows.start + unit * LANES;
        for word in words.clone() {
            let mut lanes = [0u32; LANES];
            for (lane, to) in lanes.iter_mut().enumerate() {
                if first + lane < rows.end {
                    *to = bits[(first + lane) * row + word];
                }
            }
            // SAFETY: the caller's contract.
            unsafe {
                let lanes = _mm512_loadu_si512(lanes.as_ptr().cast());
                let mut bit = _mm512_set1_epi32(1);
                for channel in 0..32 {
                    let to = masks.add(((word - words.start) * 32 + channel) * units + unit);
                    *to = _mm512_test_epi32_mask(lanes, bit);
                    bit = _mm512_slli_epi32::<1>(bit);
                }
            }
        }
    }
}
