import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Kernels, twin } from '../src/index.ts'
import { describeBoth, native } from './sets.ts'

const runs = { seed: 1, numRuns: 60 }

/** Rows of zeros and ones: the row's length, and the values. */
const spikes = fc
  .record({ row: fc.integer({ min: 1, max: 100 }), rows: fc.integer({ min: 0, max: 20 }) })
  .chain(({ row, rows }) =>
    fc.record({
      row: fc.constant(row),
      values: fc.array(fc.constantFrom(0, 1), { minLength: row * rows, maxLength: row * rows }),
    }),
  )

function pack(kernels: Kernels, values: readonly number[], row: number): Uint32Array {
  const bits = new Uint32Array((values.length / row) * Math.ceil(row / 32)).fill(0xffffffff)
  kernels.packSpikes(Float32Array.from(values), row, bits)
  return bits
}

/** Bits are read as text, the lowest first. */
function unpack(bits: Uint32Array, row: number): number[] {
  const words = Math.ceil(row / 32)
  const values: number[] = []
  for (let from = 0; from < bits.length; from += words) {
    const text = [...bits.subarray(from, from + words)]
      .map((word) => [...word.toString(2).padStart(32, '0')].reverse().join(''))
      .join('')
    expect(text.slice(row)).toMatch(/^0*$/)
    values.push(...[...text.slice(0, row)].map(Number))
  }
  return values
}

describeBoth('spikes', (kernels) => {
  it('are one bit each, in order, rows apart', () => {
    fc.assert(
      fc.property(spikes, ({ row, values }) => {
        expect(unpack(pack(kernels, values, row), row)).toEqual(values)
      }),
      runs,
    )
  })

  it('expand to what they were, times a scale', () => {
    fc.assert(
      fc.property(spikes, ({ row, values }) => {
        const back = new Float32Array(values.length).fill(9)
        kernels.expandSpikes(pack(kernels, values, row), row, 0.5, back)
        expect([...back]).toEqual(values.map((value) => value * 0.5))
      }),
      runs,
    )
  })

  it('are counted', () => {
    fc.assert(
      fc.property(spikes, ({ row, values }) => {
        expect(kernels.countSpikes(pack(kernels, values, row))).toBe(values.filter((value) => value === 1).length)
      }),
      runs,
    )
  })

  it('keep their order in other rows', () => {
    fc.assert(
      fc.property(spikes, fc.integer({ min: 1, max: 100 }), ({ row, values }, other) => {
        const whole = values.slice(0, values.length - (values.length % (row * other)))
        const out = new Uint32Array((whole.length / other) * Math.ceil(other / 32)).fill(0xffffffff)
        kernels.repackSpikes(pack(kernels, whole, row), row, other, out)
        expect(unpack(out, other)).toEqual(whole)
      }),
      runs,
    )
  })

  it('are refused where lengths do not belong together', () => {
    const floats = new Float32Array(10)
    expect(() => kernels.packSpikes(floats, 3, new Uint32Array(4))).toThrow(RangeError)
    expect(() => kernels.packSpikes(floats, 0, new Uint32Array(0))).toThrow(RangeError)
    expect(() => kernels.packSpikes(floats, 5, new Uint32Array(3))).toThrow(RangeError)
    expect(() => kernels.expandSpikes(new Uint32Array(3), 5, 1, floats)).toThrow(RangeError)
    expect(() => kernels.repackSpikes(new Uint32Array(3), 33, 3, new Uint32Array(33))).toThrow(RangeError)
    expect(() => kernels.repackSpikes(new Uint32Array(4), 33, 4, new Uint32Array(17))).toThrow(RangeError)
    expect(() => kernels.repackSpikes(new Uint32Array(4), 33, 3, new Uint32Array(21))).toThrow(RangeError)
  })
})

describe.skipIf(!native)('spikes, native against twin', () => {
  it('pack everything but zero, over many parts', () => {
    const odd = [0, -0, 1, -1, Number.NaN, Infinity, 1e-45, 0.5]
    const values = Float32Array.from({ length: 33 * 5000 }, (_, index) => odd[(index * index) % 8]!)
    const [mine, theirs] = [new Uint32Array(10_000), new Uint32Array(10_000)]
    native!.packSpikes(values, 33, mine)
    twin.packSpikes(values, 33, theirs)
    expect(mine).toEqual(theirs)
    expect(native!.countSpikes(mine)).toBe(twin.countSpikes(theirs))
  })
})
