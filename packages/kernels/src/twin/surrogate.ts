import type { Surrogate } from '@snnx/ir'

const f = Math.fround

/**
 * The surrogate derivative at x = H - threshold, as SpikingJelly defines each:
 *
 *     atan       (a/2) / (1 + (pi/2 a x)^2)
 *     sigmoid    a e / (1 + e)^2,  e = exp(-a |x|)          a s (1 - s) without its cancellation
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
  const { kind } = surrogate
  const alpha = f(surrogate.alpha)
  const width = slope.length
  if (kind === 'atan') {
    const half = f(surrogate.alpha / 2)
    const scale = f((Math.PI / 2) * surrogate.alpha)
    for (let unit = 0; unit < width; unit++) {
      const x = f(f(membrane[unit]! - threshold) * scale)
      slope[unit] = f(half / f(1 + f(x * x)))
    }
  } else if (kind === 'sigmoid') {
    for (let unit = 0; unit < width; unit++) {
      const e = Math.exp(-Math.abs(f(f(membrane[unit]! - threshold) * alpha)))
      slope[unit] = (alpha * e) / (1 + e) ** 2
    }
  } else {
    const square = f(surrogate.alpha ** 2)
    for (let unit = 0; unit < width; unit++) {
      slope[unit] = Math.max(0, alpha - f(square * Math.abs(f(membrane[unit]! - threshold))))
    }
  }
}
