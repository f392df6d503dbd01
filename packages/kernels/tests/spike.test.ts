import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Geometry, Kernels } from '../src/kernels.ts'
import { LOCAL_BUILD, loadKernels } from '../src/load.ts'
import * as twin from '../src/twin/spike.ts'

type SpikeKernels = Pick<Kernels, 'spikeForward' | 'spikeToWeights'>

fc.configureGlobal({ seed: 1 })

/** Layers small and odd: images down to one pixel, strides that leave a rest, paddings wider than the kernel. */
const geometry: fc.Arbitrary<Geometry> = fc
  .record({
    images: fc.integer({ min: 0, max: 4 }),
    channelsIn: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(31, 32, 33, 70)),
    height: fc.integer({ min: 1, max: 6 }),
    width: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constantFrom(31, 32, 33)),
    channelsOut: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(15, 16, 17, 33)),
    kernel: fc.constantFrom(1, 2, 3, 5, 7),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ height, width, kernel, padding }) => Math.min(height, width) + 2 * padding >= kernel)
const linear = geometry.map((of) => ({ ...of, height: 1, width: 1, kernel: 1, stride: 1, padding: 0 }))

interface Layer {
  geometry: Geometry
  /** Zeros and ones, `[images, channelsIn, height, width]`. */
  x: Float32Array
  bits: Uint32Array
  weights: Float32Array
  upstream: Float32Array
}

const outExtent = (extent: number, { kernel, stride, padding }: Geometry) =>
  Math.floor((extent + 2 * padding - kernel) / stride) + 1

/** A layer with spikes of some rate and weights and upstream in [-1, 1), all fixed by a seed. */
function draw(geometry: Geometry, rate: number, seed: number): Layer {
  const { images, channelsIn, height, width, channelsOut, kernel, stride, padding } = geometry
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const fill = (length: number, of: () => number) => Float32Array.from({ length }, of)
  const isLinear = height * width * kernel * stride === 1 && padding === 0
  const row = isLinear ? channelsIn : width
  const x = fill(images * channelsIn * height * width, () => Number(random() < rate))
  const words = Math.ceil(row / 32)
  const bits = new Uint32Array((x.length / row) * words)
  x.forEach((value, index) => {
    bits[Math.floor(index / row) * words + Math.floor((index % row) / 32)]! |= value << ((index % row) % 32)
  })
  return {
    geometry,
    x,
    bits,
    weights: fill(channelsOut * channelsIn * kernel * kernel, () => random() * 2 - 1),
    upstream: fill(
      images * channelsOut * outExtent(height, geometry) * outExtent(width, geometry),
      () => random() * 2 - 1,
    ),
  }
}

const layer = fc
  .tuple(fc.oneof(geometry, linear), fc.constantFrom(0, 0.1, 0.5, 1), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
  .map(([geometry, rate, seed]) => draw(geometry, rate, seed))

/** The definition, output by output, in double precision. */
function convolve({ geometry, x, weights, upstream }: Layer): { y: number[]; gradient: number[] } {
  const { images, channelsIn, height, width, channelsOut, kernel, stride, padding } = geometry
  const [outHeight, outWidth] = [outExtent(height, geometry), outExtent(width, geometry)]
  const y = Array<number>(upstream.length).fill(0)
  const gradient = Array<number>(weights.length).fill(0)
  let output = 0
  for (let image = 0; image < images; image++)
    for (let out = 0; out < channelsOut; out++)
      for (let outRow = 0; outRow < outHeight; outRow++)
        for (let outColumn = 0; outColumn < outWidth; outColumn++, output++)
          for (let channel = 0; channel < channelsIn; channel++)
            for (let tap = 0; tap < kernel * kernel; tap++) {
              const row = outRow * stride + Math.floor(tap / kernel) - padding
              const column = outColumn * stride + (tap % kernel) - padding
              if (row < 0 || row >= height || column < 0 || column >= width) continue
              const weight = (out * channelsIn + channel) * kernel * kernel + tap
              const value = x[((image * channelsIn + channel) * height + row) * width + column]!
              y[output]! += value * weights[weight]!
              gradient[weight]! += value * upstream[output]!
            }
  return { y, gradient }
}

function run(kernels: SpikeKernels, { geometry, bits, weights, upstream }: Layer) {
  const y = new Float32Array(upstream.length).fill(7)
  const gradient = new Float32Array(weights.length).fill(7)
  kernels.spikeForward(geometry, bits, weights, y)
  kernels.spikeToWeights(geometry, bits, upstream, gradient)
  return { y, gradient }
}

/** Equal up to the rounding of sums of at most some thousand numbers below 1. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length)
  for (let index = 0; index < expected.length; index++)
    if (!(Math.abs(found[index]! - expected[index]!) < 1e-4))
      throw new Error(`[${index}] is ${found[index]} instead of ${expected[index]}`)
}

const sample: Geometry = {
  images: 2,
  channelsIn: 3,
  height: 4,
  width: 5,
  channelsOut: 6,
  kernel: 3,
  stride: 1,
  padding: 1,
}

/** Calls of which one length, or the geometry, is wrong. */
function refusals(kernels: SpikeKernels): (() => void)[] {
  const { geometry, bits, weights, upstream } = draw(sample, 0.5, 1)
  const short = new Float32Array(3)
  return [
    () => kernels.spikeForward(geometry, bits.subarray(1), weights, upstream),
    () => kernels.spikeForward(geometry, bits, short, upstream),
    () => kernels.spikeForward(geometry, bits, weights, short),
    () => kernels.spikeToWeights(geometry, bits.subarray(1), upstream, weights),
    () => kernels.spikeToWeights(geometry, bits, short, weights),
    () => kernels.spikeToWeights(geometry, bits, upstream, short),
    () => kernels.spikeForward({ ...geometry, kernel: 9 }, bits, weights, upstream),
    () => kernels.spikeForward({ ...geometry, stride: 0 }, bits, weights, upstream),
  ]
}

describe('the twins of the spike kernels', () => {
  it('agree with the definition', () => {
    fc.assert(
      fc.property(layer, (layer) => {
        const { y, gradient } = run(twin, layer)
        const expected = convolve(layer)
        expectClose(y, expected.y)
        expectClose(gradient, expected.gradient)
      }),
      { numRuns: 60 },
    )
  })

  it('refuse wrong lengths', () => {
    for (const call of refusals(twin)) expect(call).toThrow(RangeError)
  })
})

describe.skipIf(!existsSync(LOCAL_BUILD))('the native spike kernels', () => {
  const native = existsSync(LOCAL_BUILD) ? loadKernels() : (twin as Kernels)

  it('agree with their twins', () => {
    fc.assert(
      fc.property(layer, (layer) => {
        const { y, gradient } = run(native, layer)
        const expected = run(twin, layer)
        expectClose(y, expected.y)
        expectClose(gradient, expected.gradient)
      }),
      { numRuns: 200 },
    )
  })

  it('agree with their twins on a layer of several tiles and panels', () => {
    for (const geometry of [
      { ...sample, channelsIn: 70, height: 20, width: 20, channelsOut: 40 },
      { ...sample, images: 300, channelsIn: 400, height: 1, width: 1, channelsOut: 20, kernel: 1, padding: 0 },
    ]) {
      const layer = draw(geometry, 0.1, 1)
      const { y, gradient } = run(native, layer)
      const expected = run(twin, layer)
      expectClose(y, expected.y)
      expectClose(gradient, expected.gradient)
    }
  })

  it('refuse an output that overlaps an input', () => {
    const { bits } = draw(sample, 0.1, 1)
    const output = new Float32Array(sample.images * sample.channelsOut * sample.height * sample.width)
    const weights = output.subarray(0, sample.channelsOut * sample.channelsIn * sample.kernel ** 2)
    expect(() => native.spikeForward(sample, bits, weights, output)).toThrow(/overlaps/)
    expect(() => native.spikeToWeights(sample, bits, output, weights)).toThrow(/overlaps/)
  })

  it('refuse wrong lengths', () => {
    for (const call of refusals(native)) expect(call).toThrow(RangeError)
  })
})
