import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Geometry, type Kernels, twin } from '../src/index.ts'
import { describeBoth, native } from './sets.ts'

fc.configureGlobal({ seed: 1 })

type DenseKernels = Pick<Kernels, 'denseForward' | 'denseToInput' | 'denseToWeights'>

/** Layers small and odd: images down to one pixel, strides that leave a rest, paddings wider than the kernel. */
const conv: fc.Arbitrary<Geometry> = fc
  .record({
    images: fc.integer({ min: 0, max: 4 }),
    channelsIn: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(16, 17, 33)),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(15, 33, 37)),
    channelsOut: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(13, 15, 33)),
    kernel: fc.oneof(fc.constantFrom(1, 2, 5, 7), fc.constant(3)),
    stride: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3 })),
    padding: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ height, width, kernel, padding }) => Math.min(height, width) + 2 * padding >= kernel)
const linear: fc.Arbitrary<Geometry> = fc
  .record({
    images: fc.constantFrom(0, 1, 2, 7, 8, 9, 30),
    channelsIn: fc.integer({ min: 1, max: 100 }),
    channelsOut: fc.integer({ min: 1, max: 70 }),
  })
  .map((of) => ({ ...of, height: 1, width: 1, kernel: 1, stride: 1, padding: 0 }))

interface Layer {
  geometry: Geometry
  winograd: boolean
  x: Float32Array
  weights: Float32Array
  upstream: Float32Array
}

/** A layer with input, weights and upstream in [-1, 1), all fixed by a seed. */
function draw(geometry: Geometry, winograd: boolean, seed: number): Layer {
  const { images, channelsIn, height, width, channelsOut, kernel, stride, padding } = geometry
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
  const fill = (length: number) => Float32Array.from({ length }, random)
  const extent = (of: number) => Math.floor((of + 2 * padding - kernel) / stride) + 1
  return {
    geometry,
    winograd,
    x: fill(images * channelsIn * height * width),
    weights: fill(channelsOut * channelsIn * kernel * kernel),
    upstream: fill(images * channelsOut * extent(height) * extent(width)),
  }
}

const layer = fc
  .tuple(fc.oneof(conv, linear), fc.boolean(), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
  .map(([geometry, winograd, seed]) => draw(geometry, winograd, seed))

function run(kernels: DenseKernels, { geometry, winograd, x, weights, upstream }: Layer) {
  const y = new Float32Array(upstream.length).fill(7)
  const toInput = new Float32Array(x.length).fill(7)
  const toWeights = new Float32Array(weights.length).fill(7)
  kernels.denseForward(geometry, winograd, x, weights, y)
  kernels.denseToInput(geometry, winograd, upstream, weights, toInput)
  kernels.denseToWeights(geometry, x, upstream, toWeights)
  return { y, toInput, toWeights }
}

/** Equal up to the rounding of Winograd's sums of at most some thousand numbers below 1. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length)
  for (let index = 0; index < expected.length; index++)
    if (!(Math.abs(found[index]! - expected[index]!) < 2e-4))
      throw new Error(`[${index}] is ${found[index]} instead of ${expected[index]}`)
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, index) => sum + value * b[index]!, 0)

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

describeBoth('dense layers', (kernels) => {
  it('correlate with a kernel of one 1 by shifting', () => {
    fc.assert(
      fc.property(fc.nat(2), fc.nat(2), fc.nat(2), fc.boolean(), (tapRow, tapColumn, padding, winograd) => {
        const geometry = { ...sample, channelsIn: 1, channelsOut: 1, padding }
        const { x, weights, upstream } = draw(geometry, winograd, 1)
        weights.fill(0)
        weights[tapRow * 3 + tapColumn] = 1
        const { y } = run(kernels, { geometry, winograd, x, weights, upstream })
        const [rows, columns] = [2 + 2 * padding, 3 + 2 * padding]
        const shifted = Float32Array.from(y, (_, index) => {
          const [image, row, column] = [
            Math.floor(index / (rows * columns)),
            (Math.floor(index / columns) % rows) + tapRow - padding,
            (index % columns) + tapColumn - padding,
          ]
          const inside = row >= 0 && row < 4 && column >= 0 && column < 5
          return inside ? x[image * 20 + row * 5 + column]! : 0
        })
        expectClose(y, shifted)
      }),
      { numRuns: 40 },
    )
  })

  it('have gradients that are adjoint to the forward pass: <y, u> = <x, dx> = <w, dw>', () => {
    fc.assert(
      fc.property(layer, (layer) => {
        const { y, toInput, toWeights } = run(kernels, layer)
        const energy = dot(y, layer.upstream)
        const tolerance = 1e-4 * Math.sqrt(1 + y.length * layer.weights.length)
        expect(Math.abs(dot(layer.x, toInput) - energy)).toBeLessThan(tolerance)
        expect(Math.abs(dot(layer.weights, toWeights) - energy)).toBeLessThan(tolerance)
      }),
      { numRuns: 60 },
    )
  })

  it('refuse wrong lengths', () => {
    const { x, weights, upstream } = draw(sample, false, 1)
    const short = new Float32Array(3)
    for (const call of [
      () => kernels.denseForward(sample, false, short, weights, upstream),
      () => kernels.denseForward(sample, false, x, short, upstream),
      () => kernels.denseForward(sample, true, x, weights, short),
      () => kernels.denseToInput(sample, false, short, weights, x),
      () => kernels.denseToInput(sample, true, upstream, short, x),
      () => kernels.denseToInput(sample, false, upstream, weights, short),
      () => kernels.denseToWeights(sample, short, upstream, weights),
      () => kernels.denseToWeights(sample, x, short, weights),
      () => kernels.denseToWeights(sample, x, upstream, short),
      () => kernels.denseForward({ ...sample, kernel: 9 }, false, x, weights, upstream),
      () => kernels.denseForward({ ...sample, stride: 0 }, false, x, weights, upstream),
    ])
      expect(call).toThrow(RangeError)
  })
})

describe.skipIf(native === null)('the native dense layers', () => {
  const kernels = native as Kernels

  it('agree with their twins', () => {
    fc.assert(
      fc.property(layer, (layer) => {
        const [found, expected] = [run(kernels, layer), run(twin, layer)]
        expectClose(found.y, expected.y)
        expectClose(found.toInput, expected.toInput)
        expectClose(found.toWeights, expected.toWeights)
      }),
      { numRuns: 200 },
    )
  })

  it('agree with their twins on layers of several blocks', () => {
    for (const geometry of [
      { ...sample, images: 3, channelsIn: 30, height: 21, width: 21, channelsOut: 40 },
      { ...sample, images: 70, channelsIn: 300, height: 1, width: 1, channelsOut: 290, kernel: 1, padding: 0 },
    ]) {
      const layer = draw(geometry, true, 1)
      const [found, expected] = [run(kernels, layer), run(twin, layer)]
      expectClose(found.y, expected.y)
      expectClose(found.toInput, expected.toInput)
      expectClose(found.toWeights, expected.toWeights)
    }
  })

  it('refuse an output that overlaps an input', () => {
    const memory = new Float32Array(120)
    const geometry = { ...sample, channelsOut: 3 }
    const { weights } = draw(geometry, false, 1)
    expect(() => kernels.denseForward(geometry, false, memory, weights, memory)).toThrow(RangeError)
  })
})
