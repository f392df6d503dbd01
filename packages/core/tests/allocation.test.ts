import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate } from '../src/strategy/allocation.ts'

fc.configureGlobal({ seed: 1 })

const count = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const shapes = fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 4 }), {
  minLength: 1,
  maxLength: 5,
})

/** K of a share, and how many each layer keeps. */
function keep(of: readonly (readonly number[])[], kept: number, allocation: 'layerwise' | 'erk') {
  const removed = allocate(of, sum(of.map(count)) - kept, allocation)
  return of.map((shape, layer) => count(shape) - removed[layer]!)
}

describe('allocate', () => {
  it.each(['layerwise', 'erk'] as const)('%s: K in all, none beyond a layer, none empty if there are enough', (of) => {
    fc.assert(
      fc.property(shapes, fc.double({ min: 0, max: 1, noNaN: true }), (layers, share) => {
        const total = sum(layers.map(count))
        const kept = Math.round(share * total)
        const parts = keep(layers, kept, of)
        expect(sum(parts)).toBe(kept)
        for (const [layer, part] of parts.entries()) {
          expect(part).toBeGreaterThanOrEqual(kept >= layers.length ? 1 : 0)
          expect(part).toBeLessThanOrEqual(count(layers[layer]!))
        }
      }),
    )
  })

  it('layerwise: the same share of each layer', () => {
    expect(
      keep(
        [
          [20, 50],
          [10, 20],
          [5, 20],
        ],
        130,
        'layerwise',
      ),
    ).toEqual([100, 20, 10])
  })

  // e (784 + 800) + e (800 + 10) = K: the sums of the dimensions are what the layers share K by.
  it('erk: in proportion to the sum of the dimensions, kernels among them', () => {
    expect(
      keep(
        [
          [800, 784],
          [10, 800],
        ],
        2394,
        'erk',
      ),
    ).toEqual([1584, 810])
    expect(
      keep(
        [
          [8, 4, 3, 3],
          [8, 8, 3, 3],
          [10, 90],
        ],
        140,
        'erk',
      ),
    ).toEqual([18, 22, 100])
  })

  // Sums of 200, 4 and 150: e = 7504 / 354 would give the second layer 84 of its 4 places.
  it('erk: a layer that would be denser than 1 is full, and the others share the rest', () => {
    const layers = [
      [100, 100],
      [2, 2],
      [50, 100],
    ]
    const parts = keep(layers, 7504, 'erk')
    expect(parts[1]).toBe(4)
    // 7500 over sums of 200 and 150: 4286 of 10000, 3214 of 5000.
    expect(parts).toEqual([4286, 4, 3214])
  })

  it('a layer that would be emptied gets one weight of the one that keeps most', () => {
    expect(
      keep(
        [
          [100, 100],
          [2, 2],
        ],
        40,
        'layerwise',
      ),
    ).toEqual([39, 1])
  })
})
