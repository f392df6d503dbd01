import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AdamStep, type Kernels, twin } from '../src/index.ts'
import { describeBoth, native } from './sets.ts'

const runs = { seed: 1, numRuns: 60 }
const STEP: AdamStep = { beta1: 0.9, beta2: 0.999, rate: 2e-3, epsilon: 1e-9 }

/** One weight's numbers: w, m, v >= 0, g. */
const number = fc.float({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 })
const cell = fc.tuple(number, number, number.map(Math.abs), number)

function columns(cells: readonly (readonly number[])[]): Float32Array[] {
  return [0, 1, 2, 3].map((column) => Float32Array.from(cells.map((values) => values[column]!)))
}

function descend(kernels: Kernels, cells: readonly (readonly number[])[], optimiser: 'adam' | 'sgd'): Float32Array[] {
  const [w, m, v, g] = columns(cells) as [Float32Array, Float32Array, Float32Array, Float32Array]
  if (optimiser === 'adam') kernels.adam(STEP, w, m, v, g)
  else kernels.sgd(0.9, 0.1, w, m, g)
  return [w, m, v]
}

describeBoth('descent', (kernels) => {
  it('adam is its formula to the precision of floats', () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 70 }), (cells) => {
        const [w, m, v] = descend(kernels, cells, 'adam') as [Float32Array, Float32Array, Float32Array]
        for (const [index, [w0, m0, v0, g]] of cells.entries()) {
          const first = STEP.beta1 * m0 + (1 - STEP.beta1) * g
          const second = STEP.beta2 * v0 + (1 - STEP.beta2) * g ** 2
          const size = 10 * 2 ** -22
          expect(Math.abs(m[index]! - first)).toBeLessThanOrEqual(size)
          expect(Math.abs(v[index]! - second)).toBeLessThanOrEqual(size)
          // From the moments as they were rounded: their quotient may be as large as it likes.
          const moved = (STEP.rate * m[index]!) / (Math.sqrt(v[index]!) + STEP.epsilon)
          expect(Math.abs(w[index]! - (w0 - moved))).toBeLessThanOrEqual(
            (Math.abs(w0) + 4 * Math.abs(moved)) * 2 ** -22 + 1e-44,
          )
        }
      }),
      runs,
    )
  })

  it('sgd is its formula to the precision of floats', () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 70 }), (cells) => {
        const [w, m] = descend(kernels, cells, 'sgd') as [Float32Array, Float32Array]
        for (const [index, [w0, m0, , g]] of cells.entries()) {
          const first = 0.9 * m0 + g
          expect(Math.abs(m[index]! - first)).toBeLessThanOrEqual(20 * 2 ** -22)
          expect(Math.abs(w[index]! - (w0 - 0.1 * first))).toBeLessThanOrEqual(12 * 2 ** -22)
        }
      }),
      runs,
    )
  })

  it('refuses arrays of different lengths', () => {
    const [three, four] = [() => new Float32Array(3), () => new Float32Array(4)]
    expect(() => kernels.adam(STEP, four(), three(), three(), three())).toThrow(RangeError)
    expect(() => kernels.adam(STEP, three(), three(), four(), three())).toThrow(RangeError)
    expect(() => kernels.sgd(0.9, 0.1, three(), three(), four())).toThrow(RangeError)
  })
})

describe.skipIf(native === null)('descent, native against twin', () => {
  it('rounds to the same bits', () => {
    fc.assert(
      fc.property(
        fc.array(cell, { maxLength: 70 }),
        fc.constantFrom('adam' as const, 'sgd' as const),
        (cells, kind) => {
          expect(descend(native!, cells, kind)).toEqual(descend(twin, cells, kind))
        },
      ),
      runs,
    )
    const many = Array.from({ length: 20_001 }, (_, index) => [Math.sin(index), Math.cos(index), 1 / (index + 1), 0.1])
    for (const kind of ['adam', 'sgd'] as const) expect(descend(native!, many, kind)).toEqual(descend(twin, many, kind))
  })

  it('refuses arrays that share memory', () => {
    const [a, b, c] = [new Float32Array(4), new Float32Array(4), new Float32Array(4)]
    expect(() => native!.adam(STEP, a, a, b, c)).toThrow(RangeError)
    expect(() => native!.adam(STEP, a, b, c, a)).toThrow(RangeError)
    expect(() => native!.sgd(0.9, 0.1, a, a.subarray(0), b)).toThrow(RangeError)
  })
})
