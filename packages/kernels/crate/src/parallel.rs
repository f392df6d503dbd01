//! Parallel loops whose parts are fixed by the caller, never by the number of threads.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::OnceLock;

/// Makes the calling thread one of those that work, rather than one that waits for them: parts then start at once, while
/// the others wake up. Only the first thread that asks becomes one; all others share rayon's global pool. Without threads
/// to be had, that one reports it.
pub fn join() {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    POOL.get_or_init(|| ThreadPoolBuilder::new().use_current_thread().build().ok());
}

/// Runs `part` for every index below `parts`, in any order, on the threads there are.
pub fn for_each(parts: usize, part: impl Fn(usize) + Sync + Send) {
    if parts <= 1 {
        (0..parts).for_each(part);
    } else {
        (0..parts).into_par_iter().for_each(part);
    }
}

/// As `for_each`, with a scratch value that parts run after one another may share. It must not carry anything over.
pub fn for_each_with<S>(
    parts: usize,
    scratch: impl Fn() -> S + Sync + Send,
    part: impl Fn(&mut S, usize) + Sync + Send,
) {
    (0..parts).into_par_iter().for_each_init(scratch, part);
}

/// A slice that parts write disjoint pieces of.
#[derive(Clone, Copy)]
pub struct Shared<T> {
    pointer: *mut T,
    length: usize,
}

// SAFETY: all access is unsafe, and its contract forbids that parts overlap.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub fn new(slice: &mut [T]) -> Self {
        Self { pointer: slice.as_mut_ptr(), length: slice.len() }
    }

    /// The elements from `from`, `length` of them.
    ///
    /// # Safety
    /// The slice given to `new` outlives the piece, and no two pieces alive at once overlap.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn piece(&self, from: usize, length: usize) -> &mut [T] {
        assert!(from + length <= self.length);
        // SAFETY: within the slice by the assertion, not aliased by this function's contract.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.add(from), length) }
    }

    /// The first element, for parts whose elements are no pieces. They must not overlap either.
    pub fn pointer(&self) -> *mut T {
        self.pointer
    }
}
