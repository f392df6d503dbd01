use std::cell::Cell;

/// A cache line, so that buffers are aligned to it.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; 16]);

/// Memory aligned to cache lines, which grows and stays.
#[derive(Default)]
pub struct Buffer(Vec<Line>);

impl Buffer {
    /// `length` floats; what is in them is what was last written there, at first 0.
    pub fn floats(&mut self, length: usize) -> &mut [f32] {
        if self.0.len() * 16 < length {
            self.0 = vec![Line([0.0; 16]); length.div_ceil(16)];
        }
        // SAFETY: a line is 16 floats, and there are enough of them.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), length) }
    }

    /// `length` masks of 16 lanes, as `floats`.
    pub fn masks(&mut self, length: usize) -> &mut [u16] {
        let floats = self.floats(length.div_ceil(2));
        // SAFETY: any bits are masks, and a float holds two.
        unsafe { std::slice::from_raw_parts_mut(floats.as_mut_ptr().cast(), length) }
    }
}

/// Buffers that a thread keeps from call to call, since pages of fresh memory would cost more than what is done in them.
#[derive(Default)]
pub struct Scratch {
    pub tile: Buffer,
    pub sums: Buffer,
    pub lines: Buffer,
}

/// Runs `work` with this thread's buffers, or with fresh ones where `work` calls `with` again on the same thread.
pub fn with<R>(work: impl FnOnce(&mut Scratch) -> R) -> R {
    thread_local! {
        static SCRATCH: Cell<Scratch> = Cell::default();
    }
    let mut scratch = SCRATCH.take();
    let result = work(&mut scratch);
    SCRATCH.set(scratch);
    result
}
