import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { twin } from '../src/index.ts'
import { expectClose, length, source } from './draw.ts'
import { describeBoth, native } from './sets.ts'

const images = fc.record({
  images: fc.integer({ min: 1, max: 5 }),
  channels: fc.integer({ min: 1, max: 40 }),
  inner: length,
  seed: fc.integer(),
  offset: fc.constantFrom(0, 1, -30),
})

describeBoth('channelMoments', (kernels) => {
  it('are the mean and the mean square about it', () => {
    // Channel 0 holds 1, 2, 3, 6, channel 1 holds 5 four times.
    const x = Float32Array.of(1, 2, 5, 5, 3, 6, 5, 5)
    const [mean, variance] = [new Float64Array(2), new Float64Array(2)]
    kernels.channelMoments(x, 2, 2, mean, variance)
    expectClose(mean, [3, 5], 1e-7)
    expectClose(variance, [3.5, 0], 1e-7)
  })

  it('are accurate where the mean is a thousand deviations from 0', () => {
    const x = Float32Array.from({ length: 4096 }, (_, at) => 1000 + (at % 2 === 0 ? 1 : -1))
    const [mean, variance] = [new Float64Array(1), new Float64Array(1)]
    kernels.channelMoments(x, 1, 4096, mean, variance)
    expectClose(mean, [1000], 1e-7)
    expectClose(variance, [1], 1e-7)
  })

  it('are refused where lengths do not belong together', () => {
    const moments = (x: number, channels: number, inner: number, mean: number, variance: number) => () => {
      const [into, beside] = [new Float64Array(mean), new Float64Array(variance)]
      kernels.channelMoments(new Float32Array(x), channels, inner, into, beside)
    }
    expect(moments(12, 2, 3, 2, 2)).not.toThrow()
    for (const wrong of [moments(11, 2, 3, 2, 2), moments(12, 2, 3, 3, 2), moments(12, 2, 3, 2, 1)]) {
      expect(wrong).toThrow(RangeError)
    }
  })
})

describe.skipIf(!native)('native norms', () => {
  it('are those of the twin', () => {
    fc.assert(
      fc.property(images, ({ images, channels, inner, seed, offset }) => {
        const draw = source(seed)
        const x = draw(images * channels * inner, 2, offset)
        const gradient = draw(x.length)
        const affine = { scale: draw(channels, 1, 1), shift: draw(channels), inner }
        const [a, b, d] = [draw(channels), draw(channels), draw(channels)]
        const run = (kernels: typeof twin) => {
          const [mean, variance] = [new Float64Array(channels), new Float64Array(channels)]
          const sums = new Float64Array(2 * channels)
          const [y, out] = [x.slice(), gradient.slice()]
          kernels.channelMoments(x, channels, inner, mean, variance)
          kernels.affine(y, affine, y)
          kernels.channelSums(x, gradient, channels, inner, sums)
          kernels.normBackward(x, out, inner, a, b, d, out)
          return { mean, variance, y, sums, out }
        }
        const [ours, theirs] = [run(native!), run(twin)]
        const largest = x.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
        ours.mean.forEach((mean, at) => {
          expect(Math.abs(mean - theirs.mean[at]!)).toBeLessThanOrEqual(1e-7 * largest)
        })
        if (images * inner > 1) expectClose(ours.variance, theirs.variance, 1e-6)
        expect(ours.y).toEqual(theirs.y)
        expectClose(ours.sums, theirs.sums, 1e-12)
        expect(ours.out).toEqual(theirs.out)
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})

describeBoth('maps and sums of channels', (kernels) => {
  // Two images of two channels of two elements.
  const x = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)
  const gradient = Float32Array.of(1, 0, 0, 1, 2, 0, 0, 2)

  it('have coefficients of their own', () => {
    const y = new Float32Array(8)
    kernels.affine(x, { scale: Float32Array.of(2, 10), shift: Float32Array.of(1, 0), inner: 2 }, y)
    expect([...y]).toEqual([3, 5, 30, 40, 11, 13, 70, 80])
    const [a, b, d] = [Float32Array.of(1, 2), Float32Array.of(10, 0), Float32Array.of(0, 5)]
    kernels.normBackward(x, gradient, 2, a, b, d, y)
    expect([...y]).toEqual([11, 20, 5, 7, 52, 60, 5, 9])
    const sums = new Float64Array(4)
    kernels.channelSums(x, gradient, 2, 2, sums)
    expect([...sums]).toEqual([3, 3, 11, 20])
  })

  it('are refused where lengths do not belong together', () => {
    const two = Float32Array.of(1, 1)
    const [y, short, three] = [new Float32Array(8), new Float32Array(7), new Float32Array(3)]
    expect(() => kernels.affine(x, { scale: two, shift: three, inner: 2 }, y)).toThrow(RangeError)
    expect(() => kernels.affine(x, { scale: three, shift: three, inner: 2 }, y)).toThrow(RangeError)
    expect(() => kernels.affine(x, { scale: two, shift: two, inner: 2 }, short)).toThrow(RangeError)
    expect(() => kernels.normBackward(x, short, 2, two, two, two, y)).toThrow(RangeError)
    expect(() => kernels.normBackward(x, gradient, 2, two, three, two, y)).toThrow(RangeError)
    expect(() => kernels.normBackward(x, gradient, 2, two, two, two, short)).toThrow(RangeError)
    expect(() => kernels.channelSums(x, short, 2, 2, new Float64Array(4))).toThrow(RangeError)
    expect(() => kernels.channelSums(x, gradient, 2, 2, new Float64Array(3))).toThrow(RangeError)
  })
})
