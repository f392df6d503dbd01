//! Arrays of JavaScript as slices. Any two of them may be the same memory, which Rust must never see through a `&mut` and
//! another reference at once: an output is looked at here before it becomes a slice. Misfits become a RangeError.

use napi::bindgen_prelude::{Float32ArraySlice, Float64ArraySlice, Uint32ArraySlice};
use napi::{Env, Error, Result, Status};
use std::ops::Range;

/// Throws a RangeError.
pub fn refuse<T>(env: &Env, message: &str) -> Result<T> {
    env.throw_range_error(message, None)?;
    Err(Error::new(Status::PendingException, message))
}

/// Throws unless there is no fault.
pub fn refuse_fault(env: &Env, fault: Option<String>) -> Result<()> {
    fault.map_or(Ok(()), |fault| refuse(env, &fault))
}

/// Throws unless an array is as long as it must be.
pub fn check_length(env: &Env, name: &str, found: usize, expected: usize) -> Result<()> {
    if found == expected { Ok(()) } else { refuse(env, &format!("{name} has {found} elements, not {expected}")) }
}

/// The addresses of an array's bytes.
pub fn bytes<T>(array: &[T]) -> Range<usize> {
    let Range { start, end } = array.as_ptr_range();
    start as usize..end as usize
}

/// An array that is written.
pub trait Written {
    type Item;
    fn read(&self) -> &[Self::Item];
    /// # Safety
    /// No other reference to its memory is alive.
    unsafe fn write(&mut self) -> &mut [Self::Item];
}

macro_rules! written {
    ($($array:ident of $item:ty),*) => {$(
        impl Written for $array<'_> {
            type Item = $item;
            fn read(&self) -> &[$item] {
                self
            }
            unsafe fn write(&mut self) -> &mut [$item] {
                // SAFETY: the caller's contract; JavaScript waits for the call.
                unsafe { self.as_mut() }
            }
        }
    )*};
}

written!(Float32ArraySlice of f32, Float64ArraySlice of f64, Uint32ArraySlice of u32);

/// An output, which must be `length` long and share no memory with `others`.
pub fn output<'a, A: Written>(
    env: &Env,
    name: &str,
    array: &'a mut A,
    length: usize,
    others: &[Range<usize>],
) -> Result<&'a mut [A::Item]> {
    check_length(env, name, array.read().len(), length)?;
    let own = bytes(array.read());
    if others.iter().any(|other| overlap(&own, other)) {
        return refuse(env, &format!("{name} overlaps another array"));
    }
    // SAFETY: it overlaps nothing else that the caller uses.
    Ok(unsafe { array.write() })
}

/// The input of a map that may write over it: `None` when it is the output itself.
pub fn unless_same<'a, T>(env: &Env, name: &str, input: &'a [T], output: &Range<usize>) -> Result<Option<&'a [T]>> {
    if bytes(input) == *output {
        return Ok(None);
    }
    if overlap(&bytes(input), output) {
        return refuse(env, &format!("{name} overlaps the output without being it"));
    }
    Ok(Some(input))
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
