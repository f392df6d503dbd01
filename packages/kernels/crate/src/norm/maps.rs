use super::{Affine, NARROW, fault};
use crate::parallel::{Shared, for_each};
use crate::vector::Vector;

/// Elements that are worth a part.
const PART: usize = 32768;

/// y = scale[c] x + shift[c]; x `None` is y itself. Panics on wrong lengths.
pub fn affine(x: Option<&[f32]>, affine: &Affine, y: &mut [f32]) {
    assert_eq!(affine.fault(y.len()), None);
    map_channels((x, affine.scale), None, affine.shift, affine.inner, y);
}

/// out = a[c] gradient + b[c] x + d[c], the last pass of batch norm's backward; gradient `None` is `out` itself. Panics on
/// wrong lengths.
pub fn norm_backward(
    x: &[f32],
    gradient: Option<&[f32]>,
    inner: usize,
    a: &[f32],
    b: &[f32],
    d: &[f32],
    out: &mut [f32],
) {
    assert_eq!((a.len(), a.len()), (b.len(), d.len()), "lengths of a, b and d");
    assert_eq!(fault(out.len(), a.len(), inner), None);
    map_channels((gradient, a), Some((x, b)), d, inner, out);
}

/// y = the sum of values times their channels' factors, plus the channels' offsets; values `None` are y itself.
fn map_channels(
    (values, factors): (Option<&[f32]>, &[f32]),
    more: Option<(&[f32], &[f32])>,
    offsets: &[f32],
    inner: usize,
    y: &mut [f32],
) {
    for values in [values, more.map(|(values, _)| values)].into_iter().flatten() {
        assert_eq!(values.len(), y.len(), "lengths of the terms");
    }
    let narrow = inner < NARROW;
    let spread = |of: &[f32]| -> Vec<f32> {
        of.iter().flat_map(|&value| std::iter::repeat_n(value, if narrow { inner } else { 1 })).collect()
    };
    let (factors, offsets) = (spread(factors), spread(offsets));
    let more = more.map(|(values, factors)| (values, spread(factors)));
    let (length, channels) = if narrow { (offsets.len(), 1) } else { (inner, offsets.len()) };
    let rows = y.len() / length;
    let parts = (y.len() / PART).clamp(1, rows.max(1));
    let shared = Shared::new(y);
    for_each(parts, |part| {
        let [first, end] = [part, part + 1].map(|part| part * rows / parts);
        let from = first * length;
        // SAFETY: y outlives the loop, and parts are disjoint.
        let y = unsafe { shared.piece(from, end * length - from) }.as_mut_ptr();
        let term = Term { values: values.map_or(y.cast_const(), |of| of[from..].as_ptr()), factors: factors.as_ptr() };
        let more = more.as_ref().map(|(of, by)| Term { values: of[from..].as_ptr(), factors: by.as_ptr() });
        let rows = Rows { count: end - first, length, first: first % channels, channels, narrow };
        // SAFETY: all values are as many as y's, and factors and offsets are those of rows.
        unsafe { map_rows(term, more, offsets.as_ptr(), rows, y) };
    });
}

/// Values and the factors of their channels, or columns.
#[derive(Clone, Copy)]
struct Term {
    values: *const f32,
    factors: *const f32,
}

impl Term {
    #[inline(always)]
    unsafe fn product<V: Vector>(self, at: usize, cell: usize, part: usize, narrow: bool) -> V {
        // SAFETY: the caller's contract.
        unsafe { coefficient::<V>(self.factors, cell, part, narrow).mul(V::load_up_to(self.values.add(at), part)) }
    }
}

/// Rows that follow one another: channels of images, or whole images.
#[derive(Clone, Copy)]
struct Rows {
    count: usize,
    length: usize,
    /// The first row's channel, and how many there are; whole images have one.
    first: usize,
    channels: usize,
    /// Whether a row has a coefficient per element, not one for all.
    narrow: bool,
}

/// `part` coefficients from `cell` on, or that one for all lanes.
#[inline(always)]
unsafe fn coefficient<V: Vector>(of: *const f32, cell: usize, part: usize, narrow: bool) -> V {
    // SAFETY: the caller's contract, that there are such coefficients.
    unsafe { if narrow { V::load_up_to(of.add(cell), part) } else { V::splat(*of.add(cell)) } }
}

crate::kernel! {
    /// See `map_channels`. Nothing is fused: neurons that apply an affine map themselves must see the same bits.
    unsafe fn map_rows(term: Term, more: Option<Term>, offsets: *const f32, rows: Rows, y: *mut f32) = map_rows_body
}

#[inline(always)]
unsafe fn map_rows_body<V: Vector>(term: Term, more: Option<Term>, offsets: *const f32, rows: Rows, y: *mut f32) {
    let Rows { count, length, first, channels, narrow } = rows;
    for row in 0..count {
        let channel = (first + row) % channels;
        for column in (0..length).step_by(V::LANES) {
            let (at, part) = (row * length + column, length - column);
            let cell = if narrow { column } else { channel };
            // SAFETY: the caller's contract.
            unsafe {
                let mut sum = term.product::<V>(at, cell, part, narrow);
                if let Some(more) = more {
                    sum = sum.add(more.product(at, cell, part, narrow));
                }
                sum.add(coefficient(offsets, cell, part, narrow)).store_up_to(y.add(at), part);
            }
        }
    }
}
