import type { Costs, LayerCosts, Line } from './dispatch.ts'
import type { Geometry, Kernels } from './kernels.ts'

/** The densities at which a line is measured, and how often. */
const SPARSE = 0.02
const DENSE = 0.2
const REPEATS = 5

const WIDE: Geometry = squareOf(256, 16, 16)
const NARROW: Geometry = squareOf(64, 16, 32)
const LINEAR: Geometry = { ...squareOf(1024, 1, 256), kernel: 1, padding: 0 }
const SINGLE: Geometry = { ...LINEAR, images: 1 }

/** A layer of 3 x 3 kernels with as many channels in as out, on square images. */
function squareOf(channels: number, side: number, images: number): Geometry {
  const plane = { height: side, width: side, kernel: 3, stride: 1, padding: 1 }
  return { images, channelsIn: channels, channelsOut: channels, ...plane }
}

/** Measures what each kernel costs on this machine: the fastest of several calls on layers of middling size. */
export function calibrate(kernels: Kernels): Costs {
  return {
    wide: measure(kernels, WIDE, true),
    narrow: measure(kernels, NARROW, true),
    linear: measure(kernels, LINEAR, false),
    single: measure(kernels, SINGLE, false),
  }
}

function measure(kernels: Kernels, geometry: Geometry, winograd: boolean): LayerCosts {
  const { images, channelsIn, channelsOut, height, width, kernel } = geometry
  const pixels = height * width
  const row = pixels === 1 ? channelsIn : width
  const weights = noise(channelsOut * channelsIn * kernel ** 2)
  const x = noise(images * channelsIn * pixels)
  const y = new Float32Array(images * channelsOut * pixels)
  const toWeights = new Float32Array(weights.length)
  const perMac = (run: () => void) => (fastest(run) * 1e9) / (images * pixels * weights.length)
  const spikes = (run: (bits: Uint32Array) => void) =>
    lineThrough((rate) => {
      const bits = draw(x.length, row, rate)
      return perMac(() => run(bits))
    })
  const sparse = (run: (of: ReturnType<Kernels['connect']>) => void) =>
    lineThrough((connectivity) => {
      const connections = kernels.connect(geometry, draw(weights.length, weights.length, connectivity))
      connections.load(weights)
      const cost = perMac(() => run(connections))
      connections.dispose()
      return cost
    })
  return {
    spikeForward: spikes((bits) => kernels.spikeForward(geometry, bits, weights, y)),
    spikeToWeights: spikes((bits) => kernels.spikeToWeights(geometry, bits, y, toWeights)),
    sparseForward: sparse((of) => of.forward(geometry, x, y)),
    sparseToInput: sparse((of) => of.toInput(geometry, y, x)),
    sparseToWeights: sparse((of) => of.toWeights(geometry, x, y, toWeights.subarray(0, of.count))),
    gemm: perMac(() => kernels.denseForward(geometry, false, x, weights, y)),
    winograd: winograd ? perMac(() => kernels.denseForward(geometry, true, x, weights, y)) : null,
  }
}

/** The line through the costs at two densities; never one that falls. */
function lineThrough(cost: (density: number) => number): Line {
  const [low, high] = [cost(SPARSE), cost(DENSE)]
  const slope = Math.max(0, (high - low) / (DENSE - SPARSE))
  return { base: Math.max(0, low - slope * SPARSE), slope }
}

/** Milliseconds of the fastest call; one before is not counted. */
function fastest(run: () => void): number {
  run()
  let best = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now()
    run()
    best = Math.min(best, performance.now() - start)
  }
  return best
}

/** Random bits at a density, the same at each call. */
function draw(size: number, row: number, density: number): Uint32Array {
  const words = Math.ceil(row / 32)
  const bits = new Uint32Array((size / row) * words)
  const next = generator()
  for (let index = 0; index < size; index++) {
    if (next() >= density) continue
    const [of, at] = [Math.floor(index / row), index % row]
    bits[of * words + (at >> 5)]! |= 1 << (at & 31)
  }
  return bits
}

function noise(length: number): Float32Array {
  const next = generator()
  return Float32Array.from({ length }, () => next() - 0.5)
}

/** A linear congruential generator (Numerical Recipes): any numbers do. */
function generator(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
