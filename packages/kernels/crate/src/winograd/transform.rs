//! The transforms of F(4x4, 3x3) along one axis (Lavin and Gray, "Fast algorithms for convolutional neural networks",
//! 2016), interpolating at 0, a, -a, b, -b and infinity. In two dimensions: along the columns, then along the rows.

use crate::vector::Vector;

/// The points. With 1 and 2 a few multiplications would be saved, but the error would be five times as large; these make all
/// constants but those of the weights exact.
const A: f32 = 0.75;
const B: f32 = 1.375;
const AA: f32 = A * A;
const BB: f32 = B * B;

/// B^T d: six pixels. A row's weights are the coefficients of M(x) / (x - p) for the point p, those of M(x) for infinity;
/// M(x) = x (x^2 - a^2) (x^2 - b^2).
#[inline(always)]
pub unsafe fn of_input<V: Vector>(d: [V; 6]) -> [V; 6] {
    // SAFETY: `Vector`'s contract is the caller's.
    unsafe {
        let (aa, bb) = (V::splat(-AA), V::splat(-BB));
        let (sum, product) = (V::splat(-(AA + BB)), V::splat(AA * BB));
        let (even_a, odd_a) = (d[2].mul_add(bb, d[4]), d[1].mul_add(bb, d[3]));
        let (even_b, odd_b) = (d[2].mul_add(aa, d[4]), d[1].mul_add(aa, d[3]));
        [
            d[0].mul_add(product, d[2].mul_add(sum, d[4])),
            odd_a.mul_add(V::splat(A), even_a),
            odd_a.mul_add(V::splat(-A), even_a),
            odd_b.mul_add(V::splat(B), even_b),
            odd_b.mul_add(V::splat(-B), even_b),
            d[1].mul_add(product, d[3].mul_add(sum, d[5])),
        ]
    }
}

/// G g: three weights. A row is (1, p, p^2) / M'(p), and (0, 0, 1) for infinity.
#[inline(always)]
pub unsafe fn of_weights<V: Vector>(g: [V; 3]) -> [V; 6] {
    const AT_A: f32 = 1.0 / (2.0 * AA * (AA - BB));
    const AT_B: f32 = 1.0 / (2.0 * BB * (BB - AA));
    // SAFETY: `Vector`'s contract is the caller's.
    unsafe {
        let even_a = g[2].mul_add(V::splat(AA * AT_A), g[0].mul(V::splat(AT_A)));
        let even_b = g[2].mul_add(V::splat(BB * AT_B), g[0].mul(V::splat(AT_B)));
        let (odd_a, odd_b) = (V::splat(A * AT_A), V::splat(B * AT_B));
        [
            g[0].mul(V::splat(1.0 / (AA * BB))),
            g[1].mul_add(odd_a, even_a),
            even_a.sub(g[1].mul(odd_a)),
            g[1].mul_add(odd_b, even_b),
            even_b.sub(g[1].mul(odd_b)),
            g[2],
        ]
    }
}

/// A^T m: four pixels of the output. Row r is p^r, and infinity counts in the last.
#[inline(always)]
pub unsafe fn of_output<V: Vector>(m: [V; 6]) -> [V; 4] {
    // SAFETY: `Vector`'s contract is the caller's.
    unsafe {
        let (even_a, odd_a) = (m[1].add(m[2]), m[1].sub(m[2]));
        let (even_b, odd_b) = (m[3].add(m[4]), m[3].sub(m[4]));
        [
            m[0].add(even_a).add(even_b),
            odd_a.mul_add(V::splat(A), odd_b.mul(V::splat(B))),
            even_a.mul_add(V::splat(AA), even_b.mul(V::splat(BB))),
            odd_a.mul_add(V::splat(A * AA), odd_b.mul_add(V::splat(B * BB), m[5])),
        ]
    }
}
