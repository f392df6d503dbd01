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
    expectClose(variance, [1], 1e-5)
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
        expectClose(ours.mean, theirs.mean, 1e-6)
        if (images * inner > 1) expectClose(ours.variance, theirs.variance, 1e-4)
        expect(ours.y).toEqual(theirs.y)
        expectClose(ours.sums, theirs.sums, 1e-5)
        expectClose(ours.out, theirs.out, 1e-6)
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})
