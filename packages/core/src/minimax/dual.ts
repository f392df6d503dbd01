/**
 * Dual ascent, clamped at 0: y += (rate / steps) E, z += (rate / steps) e.
 *
 * @param slope E, the relative energy of what s removes, or e, the excess over the bound
 * @param rate per span
 */
export function ascendDual(dual: number, slope: number, rate: number, steps: number): number {
  return Math.max(0, dual + (rate * slope) / steps)
}
