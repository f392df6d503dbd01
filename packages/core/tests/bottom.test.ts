import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { disposeTensors } from '../src/parameters.ts'
import { selectBottom } from '../src/strategy/selection.ts'
import { open, TESTED } from './backends.ts'

fc.configureGlobal({ seed: 1 })

/** What a selection finds. */
interface Sums {
  energy: number
  total: number
  next: number
}

/** The definition: all weights of all layers as one vector, sorted by (square, flat index), the first s masked. */
function sortBottom(layers: readonly Float32Array[], s: number): { zeros: Set<number>; bottom: Sums } {
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

describe.each(TESTED)('selectBottom on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
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
