//! Asking for memory before it is needed: pieces of few elements take less long than memory does, and the hardware does not
//! guess that the next output or channel lies a whole image further on.

/// How many outputs or channels ahead lists ask.
pub const AHEAD: usize = 2;

/// The hints as x86 encodes them.
const FIRST_CACHE: i32 = 3;
const SECOND_CACHE: i32 = 2;
const TO_WRITE: i32 = 7;

/// Asks for the cache line of an address that will be read. The address may be any.
#[inline(always)]
pub fn read<T>(address: *const T) {
    ask::<FIRST_CACHE, T>(address);
}

/// The same into the second-level cache alone, for what is read in longer pieces.
#[inline(always)]
pub fn read_later<T>(address: *const T) {
    ask::<SECOND_CACHE, T>(address);
}

/// Asks for the cache line of an address that will be written.
#[inline(always)]
pub fn write<T>(address: *mut T) {
    ask::<TO_WRITE, T>(address.cast_const());
}

#[inline(always)]
fn ask<const HINT: i32, T>(address: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE is part of x86-64, and prefetching does not fault.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<HINT>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
