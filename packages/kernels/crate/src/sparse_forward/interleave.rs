use super::copy::copy_row;
use super::tiling::{LANES, Tile, Tiling};
use crate::kernel;
use crate::vector::Vector;

kernel! {
    /// Writes one channel of a tile whose sums are those of all planes, `[interleave, interleave, lanes]`.
    ///
    /// # Safety
    /// `y` holds `[images, channels, whole height, whole width]`.
    pub unsafe fn interleave(
        tiling: &Tiling,
        tile: Tile,
        images: usize,
        channels: usize,
        channel: usize,
        sums: &[f32],
        y: *mut f32,
    ) = body
}

#[inline(always)]
unsafe fn body<V: Vector>(
    tiling: &Tiling,
    tile: Tile,
    images: usize,
    channels: usize,
    channel: usize,
    sums: &[f32],
    y: *mut f32,
) {
    let of = &tiling.correlation;
    let (step, height, width) = (of.interleave, of.whole_height, of.whole_width);
    let plane = tiling.units * LANES;
    let mut rows = vec![0.0; LANES * step];
    for (unit, (row, piece, stack)) in (0..tiling.units).map_while(|unit| Some((unit, tiling.unit(unit)?))) {
        let left = if tiling.packed { 0 } else { (tile.piece + piece) * LANES };
        for a in 0..step {
            let row = (tile.row + row) * step + a;
            if row >= height || left >= of.out_width {
                break;
            }
            let planes = &sums[a * step * plane + unit * LANES..];
            if step == 2 {
                for part in (0..LANES).step_by(V::LANES) {
                    // SAFETY: both planes have this unit, and there is room for both.
                    unsafe {
                        let (even, odd) = (planes.as_ptr().add(part), planes.as_ptr().add(plane + part));
                        let (low, high) = V::load(even).zip(V::load(odd));
                        low.store(rows.as_mut_ptr().add(2 * part));
                        high.store(rows.as_mut_ptr().add(2 * part + V::LANES));
                    }
                }
            } else {
                for (column, value) in rows.iter_mut().enumerate() {
                    *value = planes[column % step * plane + column / step];
                }
            }
            for beside in 0..tiling.side {
                let image = tile.image + stack * tiling.side + beside;
                if image < images {
                    let columns = (width - left * step).min(tiling.pitch.min(of.out_width - left) * step);
                    let start = ((image * channels + channel) * height + row) * width + left * step;
                    // SAFETY: within the row of an image that there is.
                    let to = unsafe { std::slice::from_raw_parts_mut(y.add(start), columns) };
                    copy_row::<V>(&rows[beside * tiling.pitch * step..][..columns], to);
                }
            }
        }
    }
}
