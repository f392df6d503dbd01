import fc from 'fast-check'
import { expect, it } from 'vitest'
import { length, source } from './draw.ts'
import { describeBoth } from './sets.ts'

describeBoth('elementwise kernels', (kernels) => {
  it('add, in place too, and scale', () => {
    fc.assert(
      fc.property(length, fc.integer(), (size, seed) => {
        const draw = source(seed)
        const [a, b] = [draw(size), draw(size)]
        const expected = a.map((value, at) => value + b[at]!)
        const sum = new Float32Array(size)
        kernels.add(a, b, sum)
        expect(sum).toEqual(expected)
        kernels.add(a, b, a)
        expect(a).toEqual(expected)
        kernels.scale(a, 2)
        expect(a).toEqual(expected.map((value) => 2 * value))
      }),
      { seed: 1, numRuns: 50 },
    )
  })

  it('and spikes with a mask that is repeated', () => {
    const out = new Uint32Array(4)
    kernels.andSpikes(Uint32Array.of(15, 15, 12, 3), Uint32Array.of(5, 0xffffffff), out)
    expect([...out]).toEqual([5, 15, 4, 3])
  })

  it('refuse lengths that do not belong together', () => {
    const [two, three] = [new Float32Array(2), new Float32Array(3)]
    expect(() => kernels.add(two, three, two)).toThrow(RangeError)
    expect(() => kernels.add(two, two, three)).toThrow(RangeError)
    const and = (a: number, b: number, out: number) => () =>
      kernels.andSpikes(new Uint32Array(a), new Uint32Array(b), new Uint32Array(out))
    expect(and(4, 2, 4)).not.toThrow()
    for (const wrong of [and(4, 3, 4), and(4, 0, 4), and(4, 2, 3)]) expect(wrong).toThrow(RangeError)
  })

  it.each([NaN, Infinity, -Infinity])('tell %s from finite numbers, wherever it stands', (bad) => {
    for (const size of [1, 16, 17, 100]) {
      const x = new Float32Array(size).fill(1e38)
      expect(kernels.isFinite(x)).toBe(true)
      for (const at of [0, size - 1]) expect(kernels.isFinite(x.with(at, bad))).toBe(false)
    }
  })
})
