import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Geometry, type Kernels, twin } from '../src/index.ts'
import { expectClose, source } from './draw.ts'
import { describeBoth, native } from './sets.ts'

const runs = { seed: 1, numRuns: 60 }

/** Layers small and odd: images down to one pixel, strides that leave a rest, paddings wider than the kernel. */
const conv: fc.Arbitrary<Geometry> = fc
  .record({
    images: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(17, 40)),
    channelsIn: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(16, 17, 33)),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(15, 16, 17, 33)),
    channelsOut: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(15, 17)),
    kernel: fc.oneof(fc.constantFrom(1, 2, 5, 7), fc.constant(3)),
    stride: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3 })),
    padding: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ height, width, kernel, padding }) => Math.min(height, width) + 2 * padding >= kernel)
  .filter(({ images, channelsIn, height, width }) => images * channelsIn * height * width < 5_000)
const linear: fc.Arbitrary<Geometry> = fc
  .record({
    images: fc.constantFrom(0, 1, 2, 7, 16, 33, 130),
    channelsIn: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(300)),
    channelsOut: fc.integer({ min: 1, max: 70 }),
  })
  .map((of) => ({ ...of, height: 1, width: 1, kernel: 1, stride: 1, padding: 0 }))

interface Layer {
  geometry: Geometry
  /** Bits of the weights. */
  mask: Uint32Array
  /** 0 where there is no connection. */
  weights: Float32Array
  /** Zeros and ones, also as bits. */
  spikes: Float32Array
  bits: Uint32Array
  x: Float32Array
  upstream: Float32Array
}

/** A layer of which a share `density` of the connections is left, all fixed by a seed. */
function draw(geometry: Geometry, density: number, seed: number): Layer {
  const { images, channelsIn, height, width, channelsOut, kernel, stride, padding } = geometry
  const random = source(seed)
  const size = channelsOut * channelsIn * kernel ** 2
  const kept = random(size).map((value) => Number(value + 0.5 < density))
  const mask = new Uint32Array(Math.ceil(size / 32))
  twin.packSpikes(kept, size, mask)
  const extent = (of: number) => Math.floor((of + 2 * padding - kernel) / stride) + 1
  const inputs = images * channelsIn * height * width
  const row = height * width * kernel * stride === 1 && padding === 0 ? channelsIn : width
  const spikes = random(inputs).map((value) => Number(value > 0.2))
  const bits = new Uint32Array((inputs / row) * Math.ceil(row / 32))
  twin.packSpikes(spikes, row, bits)
  return {
    geometry,
    mask,
    weights: random(size, 2).map((value, index) => value * kept[index]!),
    spikes,
    bits,
    x: random(inputs, 2),
    upstream: random(images * channelsOut * extent(height) * extent(width), 2),
  }
}

const layer: fc.Arbitrary<Layer> = fc
  .tuple(fc.oneof(conv, linear), fc.constantFrom(0, 0.05, 0.4, 1), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
  .map(([geometry, density, seed]) => draw(geometry, density, seed))

/** All that connections compute of a layer. */
function run(kernels: Kernels, { geometry, mask, weights, bits, x, upstream }: Layer) {
  const connections = kernels.connect({ ...geometry, images: 1 }, mask)
  connections.load(weights)
  const floats = (length: number) => new Float32Array(length).fill(Number.NaN)
  const [y, ySpikes] = [floats(upstream.length), floats(upstream.length)]
  const toInput = floats(x.length)
  const [toWeights, fromSpikes] = [floats(connections.count), floats(connections.count)]
  connections.forward(geometry, x, y)
  connections.forwardSpikes(geometry, bits, ySpikes)
  connections.toInput(geometry, upstream, toInput)
  connections.toWeights(geometry, x, upstream, toWeights)
  connections.toWeightsFromSpikes(geometry, bits, upstream, fromSpikes)
  return { y, ySpikes, toInput, toWeights, fromSpikes }
}

/** What a dense layer makes of the weights that the mask leaves. */
function runDense({ geometry, mask, weights, spikes, x, upstream }: Layer) {
  const [y, ySpikes] = [new Float32Array(upstream.length), new Float32Array(upstream.length)]
  const toInput = new Float32Array(x.length)
  const [all, allFromSpikes] = [new Float32Array(weights.length), new Float32Array(weights.length)]
  twin.denseForward(geometry, false, x, weights, y)
  twin.denseForward(geometry, false, spikes, weights, ySpikes)
  twin.denseToInput(geometry, false, upstream, weights, toInput)
  twin.denseToWeights(geometry, x, upstream, all)
  twin.denseToWeights(geometry, spikes, upstream, allFromSpikes)
  const isKept = (_: number, index: number) => ((mask[index >>> 5]! >>> (index & 31)) & 1) === 1
  return { y, ySpikes, toInput, toWeights: all.filter(isKept), fromSpikes: allFromSpikes.filter(isKept) }
}

function expectAlike(found: ReturnType<typeof run>, expected: ReturnType<typeof run>): void {
  for (const key of Object.keys(expected) as (keyof typeof expected)[]) expectClose(found[key], expected[key], 1e-5)
}

const SAMPLE: Geometry = {
  images: 2,
  channelsIn: 3,
  height: 4,
  width: 5,
  channelsOut: 6,
  kernel: 3,
  stride: 1,
  padding: 1,
}

describeBoth('connections', (kernels) => {
  it('compute what a dense layer does of the weights that are left', () => {
    const few = { ...runs, numRuns: 25 }
    fc.assert(
      fc.property(layer, (layer) => expectAlike(run(kernels, layer), runDense(layer))),
      few,
    )
  })

  it('take their values out of dense weights and put them back', () => {
    fc.assert(
      fc.property(layer, ({ geometry, mask, weights }) => {
        const connections = kernels.connect(geometry, mask)
        const values = new Float32Array(connections.count)
        connections.gather(weights, values)
        const dense = new Float32Array(weights.length).fill(7)
        connections.scatter(values, dense)
        expect(dense).toEqual(weights.map((value) => value + 0))
      }),
      runs,
    )
  })

  it('descend as dense weights do, and leave all others alone', () => {
    const { geometry, mask, weights } = draw(SAMPLE, 0.4, 3)
    const connections = kernels.connect(geometry, mask)
    const step = { beta1: 0.9, beta2: 0.999, rate: 1e-2, epsilon: 1e-8 }
    const values = source(4)(connections.count)
    const start = () => [weights.slice(), ...[1, 2].map((seed) => source(seed)(weights.length, 0.1, 0.5))]
    const [found, expected] = [start(), start()] as [Float32Array[], Float32Array[]]
    connections.adam(step, found[0]!, found[1]!, found[2]!, values)
    connections.sgd(0.9, 0.1, found[0]!, found[1]!, values)
    const dense = new Float32Array(weights.length)
    connections.scatter(values, dense)
    twin.adam(step, expected[0]!, expected[1]!, expected[2]!, dense)
    twin.sgd(0.9, 0.1, expected[0]!, expected[1]!, dense)
    for (const [which, untouched] of start().entries())
      for (let index = 0; index < weights.length; index++) {
        const isKept = (mask[index >>> 5]! >>> (index & 31)) & 1
        expect(found[which]![index]).toBe(isKept ? expected[which]![index] : untouched[index])
      }
  })

  it('refuse wrong lengths, another geometry, and to be used when disposed of', () => {
    const { geometry, mask, weights, bits, x, upstream } = draw(SAMPLE, 0.4, 3)
    const connections = kernels.connect(geometry, mask)
    const values = new Float32Array(connections.count)
    const short = new Float32Array(2)
    const step = { beta1: 0.9, beta2: 0.999, rate: 1e-2, epsilon: 1e-8 }
    for (const call of [
      () => kernels.connect(geometry, mask.subarray(1)),
      () => kernels.connect({ ...geometry, kernel: 9 }, mask),
      () => connections.load(short),
      () => connections.forward(geometry, short, upstream),
      () => connections.forward({ ...geometry, padding: 0 }, x, upstream),
      () => connections.forward({ ...geometry, images: 3 }, x, upstream),
      () => connections.forwardSpikes(geometry, bits.subarray(1), upstream),
      () => connections.toInput(geometry, upstream, short),
      () => connections.toWeights(geometry, x, upstream, short),
      () => connections.toWeightsFromSpikes(geometry, bits, short, values),
      () => connections.scatter(short, weights),
      () => connections.gather(weights, short),
      () => connections.adam(step, weights.slice(), weights.slice(), short, values),
      () => connections.sgd(0.9, 0.1, weights.slice(), short, values),
    ])
      expect(call).toThrow(RangeError)
    connections.dispose()
    expect(() => connections.load(weights)).toThrow(/disposed/)
    expect(() => connections.forward(geometry, x, upstream)).toThrow(/disposed/)
  })
})

describe.skipIf(native === null)('connections, native against twin', () => {
  it('compute the same', () => {
    fc.assert(
      fc.property(layer, (layer) => expectAlike(run(native!, layer), run(twin, layer))),
      runs,
    )
  })

  it('compute the same of layers of several tiles and blocks', () => {
    for (const geometry of [
      { ...SAMPLE, channelsIn: 150, height: 20, width: 36, channelsOut: 20 },
      { ...SAMPLE, images: 40, channelsIn: 80, height: 2, width: 2, channelsOut: 20 },
      { ...SAMPLE, images: 150, channelsIn: 700, height: 1, width: 1, channelsOut: 20, kernel: 1, padding: 0 },
    ]) {
      const layer = draw(geometry, 0.03, 1)
      expectAlike(run(native!, layer), run(twin, layer))
    }
  })

  it('refuse outputs that share memory with inputs', () => {
    const { geometry, mask, weights } = draw({ ...SAMPLE, channelsOut: 3 }, 0.4, 3)
    const connections = native!.connect(geometry, mask)
    const x = new Float32Array(120)
    expect(() => connections.forward(geometry, x, x)).toThrow(RangeError)
    expect(() => connections.sgd(0.9, 0.1, weights, weights, new Float32Array(connections.count))).toThrow(RangeError)
  })
})
