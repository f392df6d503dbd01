//! The way that never fails and needs the data thrice: what is left when many weights are equal.

use super::{Cut, Part};
use rayon::prelude::*;

/// The cut at the `s`-th smallest (from 1): bins of the upper 16 bits of all magnitudes, then of the lower 15 within one of
/// them, then the place among the equal ones.
pub fn find_cut(parts: &[Part], s: usize) -> Cut {
    let uppers = count(parts, 1 << 16, |magnitude| Some(magnitude >> 15));
    let (upper, rank) = find_bin(&uppers, s);
    let lowers = count(parts, 1 << 15, |magnitude| (magnitude >> 15 == upper).then_some(magnitude & 0x7fff));
    let (lower, rank) = find_bin(&lowers, rank);
    let magnitude = upper << 15 | lower;
    Cut { magnitude, index: find_index(parts, magnitude, rank) }
}

fn count(parts: &[Part], bins: usize, bin: impl Fn(u32) -> Option<u32> + Sync) -> Vec<u32> {
    let add = |mut counts: Vec<u32>, part: &Part| {
        for bin in part.values.iter().filter_map(|value| bin(value.abs().to_bits())) {
            counts[bin as usize] += 1;
        }
        counts
    };
    let merge = |mut a: Vec<u32>, b: Vec<u32>| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        a
    };
    // Counts are whole numbers: how the work is split shows in nothing.
    let split = parts.len().div_ceil(rayon::current_num_threads()).max(1);
    let sums = parts.par_chunks(split).map(|parts| parts.iter().fold(vec![0; bins], add));
    sums.reduce(|| vec![0; bins], merge)
}

/// The bin that holds the `rank`-th (from 1), and its rank within.
fn find_bin(counts: &[u32], mut rank: usize) -> (u32, usize) {
    for (bin, &count) in counts.iter().enumerate() {
        if rank <= count as usize {
            return (bin as u32, rank);
        }
        rank -= count as usize;
    }
    unreachable!("the rank is at most the number of weights")
}

/// The flat index of the `rank`-th weight (from 1) of this magnitude.
fn find_index(parts: &[Part], magnitude: u32, mut rank: usize) -> u32 {
    let equal = |value: &&f32| value.abs().to_bits() == magnitude;
    let counts: Vec<usize> = parts.par_iter().map(|part| part.values.iter().filter(equal).count()).collect();
    for (part, &count) in parts.iter().zip(&counts) {
        if rank <= count {
            let at = part.values.iter().enumerate().filter(|(_, value)| equal(value)).nth(rank - 1);
            return (part.index + at.map_or(0, |(at, _)| at)) as u32;
        }
        rank -= count;
    }
    unreachable!("the rank is at most the number of equal weights")
}
