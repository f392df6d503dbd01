import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bottom, type Kernels, twin } from '../src/index.ts'
import { describeBoth, native } from './sets.ts'

const runs = { seed: 1, numRuns: 80 }

/** Weights with many ties among them, of either sign, down to denormal ones. */
const weight = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true, min: -2, max: 2 }),
  fc.constantFrom(0, -0, 0.5, -0.5, 0.25, 1e-45, -1e-45),
)
const problem = fc.array(fc.array(weight, { maxLength: 90 }), { minLength: 1, maxLength: 4 }).chain((layers) =>
  fc.record({
    layers: fc.constant(layers.map((layer) => Float32Array.from(layer))),
    s: fc.integer({ min: 0, max: layers.flat().length }),
    guess: fc.constantFrom(-1, 0, 0x3f000000, 0x7f7fffff),
  }),
)

interface Problem {
  layers: readonly Float32Array[]
  s: number
  guess: number
}

function select(kernels: Kernels, { layers, s, guess }: Problem): { bottom: Bottom; masks: Uint32Array[] } {
  const masks = layers.map((layer) => new Uint32Array(Math.ceil(layer.length / 32)).fill(0xffffffff))
  return { bottom: kernels.maskBottom(layers, s, masks, guess), masks }
}

function isKept(mask: Uint32Array, index: number): boolean {
  return ((mask[index >>> 5]! >>> (index & 31)) & 1) === 1
}

describeBoth('selection', (kernels) => {
  it('masks what sorting the squares puts first', () => {
    fc.assert(
      fc.property(problem, ({ layers, s, guess }) => {
        const flat = layers.flatMap((layer, at) =>
          [...layer].map((value, index) => ({ square: value ** 2, at, index })),
        )
        const order = flat.toSorted((a, b) => a.square - b.square)
        const { bottom, masks } = select(kernels, { layers, s, guess })
        for (const [rank, { at, index }] of order.entries()) expect(isKept(masks[at]!, index)).toBe(rank >= s)
        expect(bottom.energy).toBeCloseTo(
          order.slice(0, s).reduce((sum, { square }) => sum + square, 0),
          9,
        )
        expect(bottom.total).toBeCloseTo(
          order.reduce((sum, { square }) => sum + square, 0),
          9,
        )
        expect(bottom.next).toBe(order[s]?.square ?? Infinity)
        const threshold = new Float32Array(new Int32Array([bottom.threshold]).buffer)[0]!
        expect(s === 0 ? bottom.threshold : threshold ** 2).toBe(s === 0 ? -1 : order[s - 1]!.square)
        for (const [at, mask] of masks.entries())
          expect((mask.at(-1)! >>> 1) >>> ((layers[at]!.length - 1) & 31)).toBe(0)
      }),
      runs,
    )
  })

  it('refuses what is not finite, what is not there, and masks that do not fit', () => {
    const mask = [new Uint32Array(1)]
    for (const bad of [Number.NaN, Infinity, -Infinity])
      expect(() => kernels.maskBottom([Float32Array.of(1, bad)], 1, mask, -1)).toThrow(/not finite/)
    for (const s of [-1, 3, 0.5, Number.NaN, Infinity])
      expect(() => kernels.maskBottom([Float32Array.of(1, 2)], s, mask, -1)).toThrow(RangeError)
    expect(() => kernels.maskBottom([Float32Array.of(1)], 1, [], -1)).toThrow(RangeError)
    expect(() => kernels.maskBottom([new Float32Array(33)], 1, mask, -1)).toThrow(RangeError)
    expect(() => kernels.shrinkMasked(new Float32Array(33), new Uint32Array(1), 0.5)).toThrow(RangeError)
    expect(() => kernels.countRegrown(new Uint32Array(2), new Uint32Array(1))).toThrow(RangeError)
  })

  it('shrinks masked weights alone', () => {
    const weights = Float32Array.from({ length: 70 }, (_, index) => index - 35)
    const mask = Uint32Array.of(0xf0f0f0f0, 0, 0b110101)
    const shrunk = weights.slice()
    kernels.shrinkMasked(shrunk, mask, 0.1)
    const factor = Math.fround(0.1)
    expect([...shrunk]).toEqual([...weights].map((w, index) => (isKept(mask, index) ? w : Math.fround(w * factor))))
  })

  it('scales columns, and sums what the kept weights cost', () => {
    const x = Float32Array.from({ length: 70 }, (_, index) => index - 35)
    const factors = Float32Array.of(0.1, 2, 0, 1, 7, 0.5, 3)
    const y = new Float32Array(70)
    kernels.scaleColumns(x, factors, y)
    expect([...y]).toEqual([...x].map((value, index) => Math.fround(value * factors[index % 7]!)))
    const mask = Uint32Array.of(0xf0f0f0f0, 0, 0b110101)
    const kept = [...x.keys()].filter((index) => isKept(mask, index))
    const cost = kept.reduce((sum, index) => sum + factors[index % 7]!, 0)
    expect(kernels.sumKept(mask, 70, factors)).toBeCloseTo(cost, 12)
    expect(kernels.sumKept(new Uint32Array(), 0, factors)).toBe(0)
  })

  it('refuses rows that are not whole', () => {
    const [x, mask] = [new Float32Array(6), new Uint32Array(1)]
    for (const columns of [0, 4]) {
      expect(() => kernels.scaleColumns(x, new Float32Array(columns), x.slice())).toThrow(RangeError)
      expect(() => kernels.sumKept(mask, 6, new Float32Array(columns))).toThrow(RangeError)
    }
    expect(() => kernels.scaleColumns(x, new Float32Array(3), new Float32Array(5))).toThrow(RangeError)
    expect(() => kernels.sumKept(new Uint32Array(2), 6, new Float32Array(3))).toThrow(RangeError)
  })

  it('counts the bits that came back', () => {
    expect(kernels.countRegrown(Uint32Array.of(0b1011, 0xffffffff), Uint32Array.of(0b0001, 0))).toBe(34)
  })
})

describe.skipIf(native === null)('selection, native against twin', () => {
  /** The scale of layers differs; some have one value only. */
  const layers = [40_000, 100_001, 7].map((length, layer) =>
    Float32Array.from({ length }, (_, index) =>
      layer === 0 ? 0.25 : Math.sin(index * (layer + 1)) * Math.cos(index * 0.37) * 3 ** layer,
    ),
  )

  it('agrees on many weights, whatever the guess', () => {
    for (const s of [0, 1, 40_000, 90_000, 140_000, 140_008]) {
      const expected = select(twin, { layers, s, guess: -1 })
      const first = select(native!, { layers, s, guess: -1 })
      expect(first.masks).toEqual(expected.masks)
      expect({ ...first.bottom, energy: 0, total: 0 }).toEqual({ ...expected.bottom, energy: 0, total: 0 })
      expect(Math.abs(first.bottom.energy - expected.bottom.energy)).toBeLessThanOrEqual(1e-11 * expected.bottom.total)
      expect(Math.abs(first.bottom.total - expected.bottom.total)).toBeLessThanOrEqual(1e-11 * expected.bottom.total)
      for (const guess of [0, first.bottom.threshold, first.bottom.threshold + 5000])
        expect(select(native!, { layers, s, guess })).toEqual(first)
    }
  })

  it('refuses a mask that is the memory of weights', () => {
    const weights = new Float32Array(1)
    expect(() => native!.maskBottom([weights], 1, [new Uint32Array(weights.buffer)], -1)).toThrow(RangeError)
  })
})
