//! The transforms of F(4x4, 3x3) along one axis, interpolating at 0, 1, -1, 2, -2 and infinity (Lavin and Gray,
//! "Fast algorithms for convolutional neural networks", 2016). In two dimensions: along the columns, then along the rows.

use crate::vector::Vector;

/// B^T d: six pixels.
#[inline(always)]
pub unsafe fn of_input<V: Vector>(d: [V; 6]) -> [V; 6] {
    // SAFETY: `Vector`'s contract is the caller's.
    unsafe {
        let (two, four) = (V::splat(2.0), V::splat(4.0));
        let even = d[2].mul_add(V::splat(-4.0), d[4]);
        let odd = d[1].mul_add(V::splat(-4.0), d[3]);
        let (outer, inner) = (d[4].sub(d[2]), d[3].sub(d[1]));
        [
            d[0].sub(d[2]).mul_add(four, outer),
            even.add(odd),
            even.sub(odd),
            inner.mul_add(two, outer),
            inner.mul_add(V::splat(-2.0), outer),
            inner.mul_add(V::splat(-4.0), d[5].sub(d[3])),
        ]
    }
}

/// G g: three weights.
#[inline(always)]
pub unsafe fn of_weights<V: Vector>(g: [V; 3]) -> [V; 6] {
    // SAFETY: `Vector`'s contract is the caller's.
    unsafe {
        let ends = g[0].add(g[2]).mul(V::splat(-1.0 / 6.0));
        let middle = g[1].mul(V::splat(-1.0 / 6.0));
        let far = g[0].mul_add(V::splat(1.0 / 24.0), g[2].mul(V::splat(1.0 / 6.0)));
        let half = g[1].mul(V::splat(1.0 / 12.0));
        [g[0].mul(V::splat(0.25)), ends.add(middle), ends.sub(middle), far.add(half), far.sub(half), g[2]]
    }
}

/// A^T m: four pixels of the output.
#[inline(always)]
pub unsafe fn of_output<V: Vector>(m: [V; 6]) -> [V; 4] {
    // SAFETY: `Vector`'s contract is the caller's.
    unsafe {
        let (near, near_odd) = (m[1].add(m[2]), m[1].sub(m[2]));
        let (far, far_odd) = (m[3].add(m[4]), m[3].sub(m[4]));
        [
            m[0].add(near).add(far),
            far_odd.mul_add(V::splat(2.0), near_odd),
            far.mul_add(V::splat(4.0), near),
            far_odd.mul_add(V::splat(8.0), near_odd.add(m[5])),
        ]
    }
}
