import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { type Bottom, maskBottom } from '../src/kernel/bottom.ts'
import { disposeTensors } from '../src/parameters.ts'
import { selectBottom } from '../src/strategy/selection.ts'

fc.configureGlobal({ seed: 1 })

/** The definition: all weights of all layers as one vector, sorted by (square, flat index), the first s masked. */
function sortBottom(layers: readonly Float32Array[], s: number): { zeros: Set<number>; bottom: Bottom } {
  const flat = layers.flatMap((layer) => [...layer])
  const order = flat.map((value, index) => ({ square: value * value, index }))
  order.sort((a, b) => a.square - b.square || a.index - b.index)
  const sum = (of: typeof order) => of.reduce((total, { square }) => total + square, 0)
  return {
    zeros: new Set(order.slice(0, s).map(({ index }) => index)),
    bottom: { energy: sum(order.slice(0, s)), total: sum(order), next: order[s]?.square ?? Infinity },
  }
}

const zerosOf = (masks: readonly ArrayLike<number>[]) =>
  new Set(masks.flatMap((mask) => Array.from(mask)).flatMap((kept, index) => (kept === 0 ? [index] : [])))

/** Sums in another order: equal to rounding in double. */
function expectSame(found: Bottom, sorted: Bottom, digits = 1e-12): void {
  expect(found.next).toBe(sorted.next)
  for (const key of ['energy', 'total'] as const)
    expect(Math.abs(found[key] - sorted[key])).toBeLessThanOrEqual(digits * sorted[key])
}

/** Weights as training never makes them: ties, both zeros, denormals, neighbours in the last bit, huge ones. */
const weight = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, -0, 0.5, -0.5, 0.25, 1, -1, 1 + 2 ** -23, 1 + 2 ** -22) },
  { weight: 2, arbitrary: fc.constantFrom(1e-45, -1e-45, 1e-40, 1.17e-38, 3e38, -3e38) },
  { weight: 3, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 3, arbitrary: fc.float({ min: -1, max: 1, noNaN: true }) },
)
const layersOf = (maxLength: number) =>
  fc.array(
    fc.array(weight, { minLength: 1, maxLength }).map((values) => Float32Array.from(values)),
    { minLength: 1, maxLength: 4 },
  )
const sizeOf = (layers: readonly Float32Array[]) => layers.reduce((sum, layer) => sum + layer.length, 0)
const emptyLike = (layers: readonly Float32Array[]) => layers.map((layer) => new Float32Array(layer.length).fill(7))

describe('maskBottom', () => {
  it('agrees with a sort at every s of small networks', () => {
    fc.assert(
      fc.property(layersOf(6), (layers) => {
        for (let s = 0; s <= sizeOf(layers); s++) {
          const masks = emptyLike(layers)
          const bottom = maskBottom(layers, s, masks)
          const sorted = sortBottom(layers, s)
          expect(zerosOf(masks)).toEqual(sorted.zeros)
          expect(masks.every((mask) => mask.every((kept) => kept === 0 || kept === 1))).toBe(true)
          expectSame(bottom, sorted.bottom)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('agrees with a sort on larger ones', () => {
    fc.assert(
      fc.property(layersOf(300), fc.double({ min: 0, max: 1, noNaN: true }), (layers, share) => {
        const s = Math.round(share * sizeOf(layers))
        const masks = emptyLike(layers)
        const bottom = maskBottom(layers, s, masks)
        const sorted = sortBottom(layers, s)
        expect(zerosOf(masks)).toEqual(sorted.zeros)
        expectSame(bottom, sorted.bottom)
      }),
      { numRuns: 150 },
    )
  })

  it('breaks ties by index over the layers, whatever the sign', () => {
    const layers = [Float32Array.of(1, -1, 1), Float32Array.of(-1, 1)]
    const masks = emptyLike(layers)
    maskBottom(layers, 4, masks)
    expect(masks.map((mask) => [...mask])).toEqual([
      [0, 0, 0],
      [0, 1],
    ])
  })

  it('reads layers that are views into a larger buffer', () => {
    const whole = Float32Array.of(9, 3, 1, 2, 9)
    const masks = [new Float32Array(3)]
    expect(maskBottom([whole.subarray(1, 4)], 1, masks)).toEqual({ energy: 1, total: 14, next: 4 })
    expect([...masks[0]!]).toEqual([1, 0, 1])
  })

  it('takes NaN for the largest', () => {
    const masks = [new Float32Array(3)]
    maskBottom([Float32Array.of(NaN, Infinity, 1)], 2, masks)
    expect([...masks[0]!]).toEqual([1, 0, 0])
  })

  it('refuses an s beyond the number of weights', () => {
    expect(() => maskBottom([Float32Array.of(1)], 2, [new Float32Array(1)])).toThrow(RangeError)
  })
})

describe.each(['wasm', 'cpu'] as const)('selectBottom on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend)
  })

  it('agrees with a sort, layer by layer and in the order of the names', () => {
    fc.assert(
      fc.property(layersOf(40), fc.double({ min: 0, max: 1, noNaN: true }), (layers, share) => {
        // Squares beyond float32's range, which the kernel reports its sums in, are left to the tests above.
        const tame = layers.map((layer) => layer.map((value) => (Math.abs(value) > 1e15 ? 2 : value)))
        const s = Math.round(share * sizeOf(tame))
        const names = tame.map((_, index) => `layer${tame.length - index}`)
        const parameters = new Map<string, Tensor>(tame.map((layer, index) => [names[index]!, tensor(layer)]))
        const { masks, bottom } = selectBottom(parameters, names, s)
        const sorted = sortBottom(tame, s)
        expect([...masks.keys()]).toEqual(names)
        expect(zerosOf([...masks.values()].map((mask) => mask.dataSync()))).toEqual(sorted.zeros)
        expect(Math.abs(bottom.energy - sorted.bottom.energy)).toBeLessThanOrEqual(1e-6 * sorted.bottom.energy + 1e-44)
        expect(Math.abs(bottom.total - sorted.bottom.total)).toBeLessThanOrEqual(1e-6 * sorted.bottom.total + 1e-44)
        expect(bottom.next).toBe(Math.fround(sorted.bottom.next))
        disposeTensors(masks)
        disposeTensors(parameters)
      }),
      { numRuns: 60 },
    )
  })
})
