//! The last word of a run of values, which need not be whole.

/// The lowest `count` bits; all for 32 and more.
#[inline(always)]
pub fn low_bits(count: usize) -> u32 {
    if count >= 32 { u32::MAX } else { (1 << count) - 1 }
}

/// The `count` values (at most 32) and zeros.
///
/// # Safety
/// There are as many values.
#[inline(always)]
pub unsafe fn pad(values: *const f32, count: usize) -> [f32; 32] {
    let mut padded = [0.0; 32];
    // SAFETY: the caller's contract; the array is a new one.
    unsafe { std::ptr::copy_nonoverlapping(values, padded.as_mut_ptr(), count) };
    padded
}
