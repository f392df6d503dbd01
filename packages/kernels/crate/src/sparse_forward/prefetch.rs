//! Asking for memory before it is needed: lists of few entries take less long than memory does, and the hardware does not
//! guess that the next output or channel lies a whole image further on.

/// Asks for the cache line of an address that will be read. The address may be any.
#[inline(always)]
pub fn read<T>(address: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE is part of x86-64, and prefetching does not fault.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// Asks for the cache line of an address that will be written.
#[inline(always)]
pub fn write<T>(address: *mut T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: as above.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_ET0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_ET0>(address.cast_const().cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// How many outputs or channels ahead memory is asked for.
pub const AHEAD: usize = 2;
