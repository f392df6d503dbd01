use super::Rows;
use crate::prefetch::{self, AHEAD};
use crate::sparse_forward::gather::Target;
use crate::sparse_forward::tiling::Span;
use std::arch::x86_64::*;
use std::ops::Range;

/// Sums, for each output, the values of the connections whose masks let them through, and writes them to the target.
///
/// # Safety
/// There is AVX-512; the tile holds masks `[column, units]` for all columns of the rows; the target's spans lie within its
/// output, `side` for each of the units.
pub unsafe fn gather(tile: *const u16, units: usize, rows: Rows, outputs: Range<usize>, target: Target) {
    // SAFETY: the caller's contract.
    unsafe {
        match units {
            16 => gather_units::<16>(tile, rows, outputs, target),
            8 => gather_units::<8>(tile, rows, outputs, target),
            _ => gather_units::<4>(tile, rows, outputs, target),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
unsafe fn gather_units<const U: usize>(tile: *const u16, rows: Rows, outputs: Range<usize>, target: Target) {
    let last = outputs.end - 1;
    let whole = target.side == 1 && target.spans.iter().all(|span| span.lanes == 0xffff);
    for output in outputs {
        // SAFETY: the caller's contract.
        unsafe {
            let ahead = target.y.wrapping_add((output + AHEAD).min(last) * target.plane);
            for unit in 0..U {
                let span = target.spans.get_unchecked(unit * target.side);
                prefetch::write(ahead.wrapping_offset(span.offset));
            }
            let connections = rows.range(output);
            let first = (output * rows.row) as u32;
            let mut sum = [_mm512_setzero_ps(); U];
            let values = rows.values.get_unchecked(connections.clone());
            for (&index, &value) in rows.index.get_unchecked(connections).iter().zip(values) {
                let masks = tile.add((index - first) as usize * U);
                let value = _mm512_set1_ps(value);
                for unit in 0..U {
                    sum[unit] = _mm512_mask_add_ps(sum[unit], masks.add(unit).read(), sum[unit], value);
                }
            }
            let y = target.y.wrapping_add(output * target.plane);
            for unit in 0..U {
                if whole {
                    _mm512_storeu_ps(y.wrapping_offset(target.spans.get_unchecked(unit).offset), sum[unit]);
                } else {
                    for &Span { offset, lanes } in
                        target.spans.get_unchecked(unit * target.side..(unit + 1) * target.side)
                    {
                        if lanes != 0 {
                            _mm512_mask_storeu_ps(y.wrapping_offset(offset), lanes as u16, sum[unit]);
                        }
                    }
                }
            }
        }
    }
}
