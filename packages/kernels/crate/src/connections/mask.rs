use crate::parallel::{Shared, for_each};

/// Words of a mask that one part of a parallel loop reads.
const PART: usize = 1 << 12;

/// The indices of the bits that are set, ascending, of a mask of `size` bits.
pub fn indices(mask: &[u32], size: usize) -> Vec<u32> {
    assert_eq!(mask.len(), size.div_ceil(32), "words of the mask");
    let parts = mask.len().div_ceil(PART);
    let words = |part: usize| &mask[part * PART..mask.len().min((part + 1) * PART)];
    // The bits after the last weight mean nothing.
    let last = if size.is_multiple_of(32) { u32::MAX } else { (1 << (size % 32)) - 1 };
    let meaningful = |word: usize| if word + 1 == mask.len() { mask[word] & last } else { mask[word] };

    let mut starts = vec![0usize; parts + 1];
    let counts = Shared::new(&mut starts);
    for_each(parts, |part| {
        let words = part * PART..part * PART + words(part).len();
        // SAFETY: one element per part.
        let count = unsafe { counts.piece(part + 1, 1) };
        count[0] = words.map(|word| meaningful(word).count_ones() as usize).sum();
    });
    for part in 0..parts {
        starts[part + 1] += starts[part];
    }

    let mut indices = vec![0u32; starts[parts]];
    let shared = Shared::new(&mut indices);
    for_each(parts, |part| {
        // SAFETY: the counts of the parts before keep the pieces apart.
        let piece = unsafe { shared.piece(starts[part], starts[part + 1] - starts[part]) };
        let mut free = piece.iter_mut();
        for word in part * PART..part * PART + words(part).len() {
            let mut bits = meaningful(word);
            while bits != 0 {
                if let Some(index) = free.next() {
                    *index = (word * 32) as u32 + bits.trailing_zeros();
                }
                bits &= bits - 1;
            }
        }
    });
    indices
}
