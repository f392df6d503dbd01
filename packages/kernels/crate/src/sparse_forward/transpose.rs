/// `to[column * to_step + row] = from[row * from_step + column]`, block by block, so that both sides stay in cache.
///
/// # Safety
/// `from` holds `rows` rows of `columns`, their beginnings `from_step` apart; `to` the same the other way round.
pub unsafe fn transpose(from: *const f32, from_step: usize, rows: usize, columns: usize, to: *mut f32, to_step: usize) {
    for row in (0..rows).step_by(16) {
        for column in (0..columns).step_by(16) {
            for c in column..columns.min(column + 16) {
                for r in row..rows.min(row + 16) {
                    // SAFETY: the caller's contract.
                    unsafe { *to.add(c * to_step + r) = *from.add(r * from_step + c) };
                }
            }
        }
    }
}
