//! Working memory of a few caches' size, which each thread keeps.

use crate::aligned::Aligned;
use std::cell::Cell;

/// Floats of a cache line.
const LINE: usize = 16;

thread_local! {
    static KEPT: Cell<Option<Aligned>> = const { Cell::new(None) };
}

/// Lends buffers of the given lengths, each beginning on a cache line. They hold whatever the last borrower left.
pub fn with_scratch<const N: usize, R>(lengths: [usize; N], work: impl FnOnce([&mut [f32]; N]) -> R) -> R {
    let needed = lengths.iter().map(|length| length.next_multiple_of(LINE)).sum();
    // Taken, not borrowed: should `work` end up here again on this thread, it gets buffers of its own.
    let mut kept = KEPT.take().filter(|kept| kept.len() >= needed).unwrap_or_else(|| Aligned::zeros(needed));
    let mut rest = &mut kept[..];
    let result = work(lengths.map(|length| {
        let (piece, others) = std::mem::take(&mut rest).split_at_mut(length.next_multiple_of(LINE));
        rest = others;
        &mut piece[..length]
    }));
    KEPT.set(Some(kept));
    result
}
