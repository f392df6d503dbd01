use super::dots::Upstream;
use super::sums::Sums;
use crate::connections::Connections;
use crate::connections::cells::Cells;
use crate::parallel::for_each;
use crate::prefetch::{self, AHEAD};
use crate::scratch::with_scratch;
use crate::sparse_forward::fill::Input;
use crate::sparse_forward::linear::fill_panel;
use crate::sparse_forward::parts;
use crate::sparse_forward::spiking::patches::Patches;
use crate::sparse_forward::spiking::{Rows, for_each_panel, for_each_tile, panel_units};
use crate::sparse_forward::tiling::{LANES, Span};
use std::arch::x86_64::*;
use std::ops::Range;

pub fn conv(of: &Connections, patches: &Patches, images: usize, bits: &[u32], upstream: &[f32], values: &mut [f32]) {
    let g = of.geometry();
    let tiling = &patches.tiling;
    let sums = Sums::new(of, tiling.tiles(images));
    for_each_tile(of, patches, images, bits, sums.chunks.count > 1, |masks_of| {
        sums.add_up(values, |tiles, outputs, sums| {
            let mut spans = Vec::new();
            for tile in tiles {
                tiling.spans(tiling.tile(tile), images, g.output_size(), &mut spans);
                let plane = g.out_height() * g.out_width();
                let upstream = Upstream { upstream: upstream.as_ptr(), plane, spans: &spans, side: tiling.side };
                masks_of(tile, &|masks| {
                    // SAFETY: the tile has masks for every column, spans lie within the first channel of the tile's
                    // images, and `sums` has a place for every connection.
                    unsafe {
                        dots(masks.as_ptr(), tiling.units, Rows::new(of), outputs.clone(), upstream, sums.pointer())
                    };
                });
            }
        });
    });
}

pub fn linear(of: &Connections, rows: usize, bits: &[u32], upstream: &[f32], values: &mut [f32]) {
    let g = of.geometry();
    let chunks = parts::of_outputs(g.channels_out, 1);
    values.fill(0.0);
    let values = Cells::new(values);
    let lanes = panel_units(rows) * LANES;
    with_scratch([g.channels_out * lanes], |[gradients]| {
        for_each_panel(g.channels_in, rows, bits, |group, units, masks| {
            fill_panel(Input::Floats(upstream), group, g.channels_out, lanes, gradients);
            let spans = Span::in_line(units);
            for_each(chunks.count, |part| {
                let upstream = Upstream { upstream: gradients.as_ptr(), plane: lanes, spans: &spans, side: 1 };
                // SAFETY: the panel has masks for every channel, and each part has its own outputs and so its own connections.
                unsafe { dots(masks.as_ptr(), units, Rows::new(of), chunks.range(part), upstream, values.pointer()) };
            });
        });
    });
}

/// Adds to the sum of each connection its output's gradient where its masks let it through.
///
/// # Safety
/// There is AVX-512; the tile holds masks `[column, units]` for all columns of the rows; the spans lie within their output,
/// `side` for each of the units; `sums` has room for all connections.
unsafe fn dots(tile: *const u16, units: usize, rows: Rows, outputs: Range<usize>, upstream: Upstream, sums: *mut f32) {
    // SAFETY: the caller's contract.
    unsafe {
        match units {
            16 => dots_of_units::<16>(tile, rows, outputs, upstream, sums),
            8 => dots_of_units::<8>(tile, rows, outputs, upstream, sums),
            _ => dots_of_units::<4>(tile, rows, outputs, upstream, sums),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
unsafe fn dots_of_units<const U: usize>(
    tile: *const u16,
    rows: Rows,
    outputs: Range<usize>,
    of: Upstream,
    sums: *mut f32,
) {
    let last_output = outputs.end - 1;
    for output in outputs {
        // SAFETY: the caller's contract.
        unsafe {
            let ahead = of.upstream.wrapping_add((output + AHEAD).min(last_output) * of.plane);
            for unit in 0..U {
                let span = of.spans.get_unchecked(unit * of.side);
                prefetch::read(ahead.wrapping_offset(span.offset));
            }
            let connections = rows.range(output);
            if connections.is_empty() {
                continue;
            }
            let from = of.upstream.wrapping_add(output * of.plane);
            let gradient: [__m512; U] = std::array::from_fn(|unit| {
                let mut lanes = _mm512_setzero_ps();
                for span in of.spans.get_unchecked(unit * of.side..(unit + 1) * of.side) {
                    lanes = _mm512_mask_loadu_ps(lanes, span.lanes as u16, from.wrapping_offset(span.offset));
                }
                lanes
            });
            let first = (output * rows.row) as u32;
            let index = rows.index.get_unchecked(connections.clone());
            let last = index.len() - 1;
            // Four at a time, so that their sums hide each other's latency; after the last one it is taken again.
            for at in (0..index.len()).step_by(4) {
                let masks: [*const u16; 4] =
                    std::array::from_fn(|i| tile.add((*index.get_unchecked((at + i).min(last)) - first) as usize * U));
                let mut sum = [_mm512_setzero_ps(); 4];
                for unit in 0..U {
                    for i in 0..4 {
                        sum[i] = _mm512_mask_add_ps(sum[i], masks[i].add(unit).read(), sum[i], gradient[unit]);
                    }
                }
                let to = sums.add(connections.start + at);
                let some = (0xfu8 >> (3 - (last - at).min(3))) & 0xf;
                let old = _mm_maskz_loadu_ps(some, to);
                _mm_mask_storeu_ps(to, some, _mm_add_ps(old, sums_of_four(sum)));
            }
        }
    }
}

/// The sum of the lanes of each.
#[target_feature(enable = "avx512f,avx512dq,avx512vl")]
fn sums_of_four([a, b, c, d]: [__m512; 4]) -> __m128 {
    let ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
    let cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
    let four = _mm512_add_ps(_mm512_shuffle_ps::<0x44>(ab, cd), _mm512_shuffle_ps::<0xee>(ab, cd));
    let two = _mm256_add_ps(_mm512_castps512_ps256(four), _mm512_extractf32x8_ps::<1>(four));
    _mm_add_ps(_mm256_castps256_ps128(two), _mm256_extractf128_ps::<1>(two))
}
