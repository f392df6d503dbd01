use crate::vector::Vector;

/// Copies a row, which is mostly as short as a side of a small image, for which there are moves of just that length. Only
/// from within a kernel.
#[inline(always)]
pub fn copy_row<V: Vector>(from: &[f32], to: &mut [f32]) {
    match from.len() {
        1 => to[..1].copy_from_slice(&from[..1]),
        2 => to[..2].copy_from_slice(&from[..2]),
        4 => to[..4].copy_from_slice(&from[..4]),
        8 => to[..8].copy_from_slice(&from[..8]),
        _ => {
            for (to, from) in to.chunks_mut(V::LANES).zip(from.chunks(V::LANES)) {
                // SAFETY: both are as long.
                unsafe { V::load_part(from.as_ptr(), from.len()).store_part(to.as_mut_ptr(), to.len()) };
            }
        }
    }
}
