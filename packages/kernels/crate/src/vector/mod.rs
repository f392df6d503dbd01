//! One set of vector operations over the instruction sets, chosen at run time.
//!
//! A kernel is written once as an `#[inline(always)] unsafe fn body<V: Vector>(...)` and given to `kernel!`, which compiles
//! it for AVX-512, AVX2 and portable lanes and picks at each call. A body must not contain closures that run elsewhere
//! (rayon's): they would be compiled without the instruction set. Parallel loops stand outside and call the kernel.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
pub use portable::Portable;
use std::sync::atomic::{AtomicU8, Ordering};

/// `LANES` floats in a register.
///
/// # Safety
/// For all functions: the instruction set is present (`kernel!` sees to it), and pointers are valid for `LANES` floats (of
/// any alignment), or for those of the lanes that `part` names.
pub trait Vector: Copy {
    const LANES: usize;
    /// As many numbers of double precision: running sums.
    type Doubles: Copy;
    unsafe fn splat(value: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn sub(self, other: Self) -> Self;
    unsafe fn mul(self, other: Self) -> Self;
    unsafe fn div(self, other: Self) -> Self;
    unsafe fn sqrt(self) -> Self;
    unsafe fn max(self, other: Self) -> Self;
    unsafe fn min(self, other: Self) -> Self;
    unsafe fn abs(self) -> Self;
    /// self * factor + addend, fused where the hardware can.
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// Bit `i`: lane `i` of self >= lane `i` of other (false for NaN).
    unsafe fn at_least(self, other: Self) -> u32;
    /// Lane `i` of `one` where bit `i` is set, else of `zero`.
    unsafe fn select(bits: u32, one: Self, zero: Self) -> Self;
    /// The sum of the lanes.
    unsafe fn sum(self) -> f32;
    /// Both, lane by lane in turn (s0 o0 s1 o1 ...): the first `LANES` of that, and the others.
    unsafe fn zip(self, other: Self) -> (Self, Self);
    unsafe fn double_zero() -> Self::Doubles;
    /// self * factor + addend in double precision, where the product of two floats is exact.
    unsafe fn double_mul_add(self, factor: Self, addend: Self::Doubles) -> Self::Doubles;
    /// Stores `LANES` doubles.
    unsafe fn double_store(from: Self::Doubles, to: *mut f64);

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: same contract.
        unsafe { Self::splat(0.0) }
    }

    /// The first `part` lanes, the others 0.
    #[inline(always)]
    unsafe fn load_part(from: *const f32, part: usize) -> Self {
        let mut lanes = [0.0f32; 16];
        // SAFETY: `part` floats are valid; the buffer holds the widest vector.
        unsafe {
            std::ptr::copy_nonoverlapping(from, lanes.as_mut_ptr(), part);
            Self::load(lanes.as_ptr())
        }
    }

    /// Stores the first `part` lanes.
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, part: usize) {
        let mut lanes = [0.0f32; 16];
        // SAFETY: `part` floats are valid; the buffer holds the widest vector.
        unsafe {
            self.store(lanes.as_mut_ptr());
            std::ptr::copy_nonoverlapping(lanes.as_ptr(), to, part);
        }
    }

    /// The lanes whose bits are set, the others 0. Nothing is read for them, so `from` may lie outside of the array.
    #[inline(always)]
    unsafe fn load_lanes(from: *const f32, bits: u32) -> Self {
        let mut lanes = [0.0f32; 16];
        for (lane, value) in lanes.iter_mut().enumerate().take(Self::LANES) {
            if bits >> lane & 1 == 1 {
                // SAFETY: the lanes that the bits name are valid.
                *value = unsafe { *from.wrapping_add(lane) };
            }
        }
        // SAFETY: the buffer holds the widest vector.
        unsafe { Self::load(lanes.as_ptr()) }
    }

    /// Stores the lanes whose bits are set; `to` may lie outside of the array, as in `load_lanes`.
    #[inline(always)]
    unsafe fn store_lanes(self, to: *mut f32, bits: u32) {
        let mut lanes = [0.0f32; 16];
        // SAFETY: the buffer holds the widest vector.
        unsafe { self.store(lanes.as_mut_ptr()) };
        for (lane, value) in lanes.iter().enumerate().take(Self::LANES) {
            if bits >> lane & 1 == 1 {
                // SAFETY: the lanes that the bits name are valid.
                unsafe { *to.wrapping_add(lane) = *value };
            }
        }
    }

    /// All lanes, or the first `part` where they are fewer.
    #[inline(always)]
    unsafe fn load_up_to(from: *const f32, part: usize) -> Self {
        // SAFETY: same contract.
        unsafe { if part >= Self::LANES { Self::load(from) } else { Self::load_part(from, part) } }
    }

    /// Stores all lanes, or the first `part` where they are fewer.
    #[inline(always)]
    unsafe fn store_up_to(self, to: *mut f32, part: usize) {
        // SAFETY: same contract.
        unsafe { if part >= Self::LANES { self.store(to) } else { self.store_part(to, part) } }
    }
}

/// An instruction set that kernels are compiled for. `Portable` is NEON on ARM and SSE2 on x86.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Isa {
    Portable = 1,
    Avx2 = 2,
    Avx512 = 3,
}

static CHOSEN: AtomicU8 = AtomicU8::new(0);

/// The instruction set in use: the widest there is, unless `use_isa` chose.
pub fn isa() -> Isa {
    match CHOSEN.load(Ordering::Relaxed) {
        1 => Isa::Portable,
        2 => Isa::Avx2,
        3 => Isa::Avx512,
        _ => {
            let widest = *available().last().unwrap_or(&Isa::Portable);
            CHOSEN.store(widest as u8, Ordering::Relaxed);
            widest
        }
    }
}

/// The instruction sets of this machine, narrowest first.
pub fn available() -> Vec<Isa> {
    let mut sets = vec![Isa::Portable];
    #[cfg(target_arch = "x86_64")]
    {
        let bits =
            is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2") && is_x86_feature_detected!("popcnt");
        if bits && is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            sets.push(Isa::Avx2);
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
            {
                sets.push(Isa::Avx512);
            }
        }
    }
    sets
}

/// Chooses an instruction set for the whole process (tests, comparisons). Panics when the machine lacks it.
pub fn use_isa(isa: Isa) {
    assert!(available().contains(&isa), "{isa:?} is not available here");
    CHOSEN.store(isa as u8, Ordering::Relaxed);
}

/// Runs a test under every instruction set of this machine; the choice being the process's, one such test at a time.
#[cfg(test)]
pub fn under_each_isa(mut test: impl FnMut(Isa)) {
    static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    // A test that failed has poisoned nothing: the next one chooses anew.
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    for isa in available() {
        use_isa(isa);
        test(isa);
    }
}

/// Compiles `body::<V>` for every instruction set and picks at run time:
/// `kernel! { pub unsafe fn name(a: A, b: B) -> C = body }`.
#[macro_export]
macro_rules! kernel {
    ($(#[$meta:meta])* $visibility:vis unsafe fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $output:ty)? = $body:ident) => {
        $(#[$meta])*
        $visibility unsafe fn $name($($argument: $type),*) $(-> $output)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
                unsafe fn wide($($argument: $type),*) $(-> $output)? {
                    // SAFETY: the caller's contract.
                    unsafe { $body::<$crate::vector::Avx512>($($argument),*) }
                }
                #[target_feature(enable = "avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
                unsafe fn middle($($argument: $type),*) $(-> $output)? {
                    // SAFETY: the caller's contract.
                    unsafe { $body::<$crate::vector::Avx2>($($argument),*) }
                }
                match $crate::vector::isa() {
                    // SAFETY: the instruction set is present; the rest is the caller's contract.
                    $crate::vector::Isa::Avx512 => return unsafe { wide($($argument),*) },
                    // SAFETY: as above.
                    $crate::vector::Isa::Avx2 => return unsafe { middle($($argument),*) },
                    $crate::vector::Isa::Portable => {}
                }
            }
            // SAFETY: the caller's contract.
            unsafe { $body::<$crate::vector::Portable>($($argument),*) }
        }
    };
}
