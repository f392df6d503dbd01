import type { Surrogate } from '@snnx/ir'

const f = Math.fround

/**
 * The surrogate derivative at x = H - threshold, as SpikingJelly defines each:
 *
 *     atan       (a/2) / (1 + (pi/2 a x)^2)
 *     sigmoid    a s (1 - s),  s = 1 / (1 + exp(-a x))
 *     triangle   max(0, a - a^2 |x|)                        (its PiecewiseQuadratic)
 *
 * @param membrane H of one step
 * @param slope out, like `membrane`
 */
export function surrogateGradient(
  surrogate: Surrogate,
  threshold: number,
  membrane: Float32Array,
  slope: Float32Array,
): void {
  const { kind, alpha } = surrogate
  const width = slope.length
  if (kind === 'atan') {
    const half = f(alpha / 2)
    const scale = f((Math.PI / 2) * alpha)
    for (let unit = 0; unit < width; unit++) {
      const x = f(f(membrane[unit]! - threshold) * scale)
      slope[unit] = f(half / f(1 + f(x * x)))
    }
  } else if (kind === 'sigmoid') {
    for (let unit = 0; unit < width; unit++) {
      const s = 1 / (1 + Math.exp(-alpha * (membrane[unit]! - threshold)))
      slope[unit] = alpha * s * (1 - s)
    }
  } else {
    for (let unit = 0; unit < width; unit++)
      slope[unit] = Math.max(0, alpha - alpha * alpha * Math.abs(membrane[unit]! - threshold))
  }
}
