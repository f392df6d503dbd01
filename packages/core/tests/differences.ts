import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

/** The gradients of `of` at `values` by central differences, `of` being a plain function in double. */
export function differentiate(of: (...values: number[][]) => number, values: number[][], step = 1e-4): number[][] {
  return values.map((held, which) =>
    held.map((value, at) => {
      const moved = (by: number) =>
        of(...values.map((one, index) => (index === which ? one.with(at, value + by) : one)))
      return (moved(step) - moved(-step)) / (2 * step)
    }),
  )
}

/** max |a - b| <= tolerance x max(1, max |b|) */
export function expectNear(actual: Tensor | ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  const found = 'dataSync' in actual ? (actual as Tensor).dataSync() : actual
  expect(found.length).toBe(expected.length)
  const scale = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  for (let at = 0; at < expected.length; at++)
    expect(Math.abs(found[at]! - expected[at]!), `at ${at}`).toBeLessThanOrEqual(tolerance * scale)
}

export const tensorOf = (values: ArrayLike<number>, shape: number[]) => tensor(Float32Array.from(values), shape)
