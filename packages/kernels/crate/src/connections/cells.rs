/// A slice of which every element is written by one part of a parallel loop only, the parts' elements lying anywhere.
pub struct Cells<T>(*mut T);

// SAFETY: whoever writes through the pointer says why no two parts write the same element.
unsafe impl<T: Send> Sync for Cells<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for Cells<T> {}

impl<T> Cells<T> {
    pub fn new(slice: &mut [T]) -> Self {
        Self(slice.as_mut_ptr())
    }

    pub fn pointer(&self) -> *mut T {
        self.0
    }
}
