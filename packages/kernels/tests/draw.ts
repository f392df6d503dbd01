import fc from 'fast-check'
import { expect } from 'vitest'

/** A source of numbers in [-0.5, 0.5) fixed by its seed. */
export function source(seed: number): (length: number, scale?: number, offset?: number) => Float32Array {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
  return (length, scale = 1, offset = 0) => Float32Array.from({ length }, () => scale * next() + offset)
}

/** max|a - b| <= tolerance max|b| */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length)
  let [worst, scale] = [0, 1e-30]
  for (let index = 0; index < expected.length; index++) {
    worst = Math.max(worst, Math.abs(actual[index]! - expected[index]!))
    scale = Math.max(scale, Math.abs(expected[index]!))
  }
  expect(worst / scale).toBeLessThanOrEqual(tolerance)
}

/** Lengths at and around the widths of vectors and words. */
export const length: fc.Arbitrary<number> = fc.constantFrom(1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 100, 257)
