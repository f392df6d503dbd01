import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { twin } from '../src/index.ts'
import type { Pooling } from '../src/kernels.ts'
import { expectClose, source } from './draw.ts'
import { describeBoth, native } from './sets.ts'

const extent = fc.constantFrom(1, 2, 3, 5, 7, 8, 16, 31, 32, 33, 40)
const poolings = fc
  .record({
    planes: fc.integer({ min: 1, max: 9 }),
    height: extent,
    width: extent,
    size: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 2 }),
  })
  .filter(({ height, width, size, padding }) => 2 * padding <= size && Math.min(height, width) + 2 * padding >= size)

function outputOf({ planes, height, width, size, stride, padding }: Pooling) {
  const of = (length: number) => Math.floor((length + 2 * padding - size) / stride) + 1
  return { row: of(width), size: planes * of(height) * of(width) }
}

describeBoth('pooling', (kernels) => {
  const square: Pooling = { planes: 1, height: 2, width: 2, size: 2, stride: 2, padding: 0 }

  it('gives the gradient of a maximum to the first of equals, row by row', () => {
    const gradient = new Float32Array(4)
    kernels.maxPoolBackward(square, Float32Array.of(1, 3, 3, 0), Float32Array.of(5), gradient)
    expect([...gradient]).toEqual([0, 5, 0, 0])
    kernels.maxPoolSpikesBackward(square, Uint32Array.of(0, 0b11), Float32Array.of(5), gradient)
    expect([...gradient]).toEqual([0, 0, 5, 0])
    kernels.maxPoolSpikesBackward(square, Uint32Array.of(0, 0), Float32Array.of(5), gradient)
    expect([...gradient]).toEqual([5, 0, 0, 0])
  })

  it('averages over the whole window, its padding as zeros', () => {
    const padded: Pooling = { planes: 1, height: 1, width: 2, size: 2, stride: 2, padding: 1 }
    const y = new Float32Array(2)
    kernels.averagePool(padded, Float32Array.of(4, 8), y)
    expect([...y]).toEqual([1, 2])
  })

  it('is refused where no window fits or lengths do not belong together', () => {
    const pool = (of: Pooling, x: number, y: number) => () =>
      kernels.maxPool(of, new Float32Array(x), new Float32Array(y))
    expect(pool(square, 4, 1)).not.toThrow()
    expect(pool(square, 5, 1)).toThrow(RangeError)
    expect(pool(square, 4, 2)).toThrow(RangeError)
    expect(pool({ ...square, size: 3 }, 4, 1)).toThrow(RangeError)
    expect(pool({ ...square, padding: 2 }, 4, 9)).toThrow(RangeError)
    const backward = (bits: number, upstream: number, gradient: number) => () => {
      const [from, to] = [new Float32Array(upstream), new Float32Array(gradient)]
      kernels.maxPoolSpikesBackward(square, new Uint32Array(bits), from, to)
    }
    expect(backward(2, 1, 4)).not.toThrow()
    for (const wrong of [backward(1, 1, 4), backward(2, 2, 4), backward(2, 1, 3)]) expect(wrong).toThrow(RangeError)
  })
})

describe.skipIf(!native)('native pooling', () => {
  it('is that of the twin', () => {
    fc.assert(
      fc.property(poolings, fc.integer(), fc.constantFrom(-1, 0, 0.3, 1), (pooling, seed, level) => {
        const draw = source(seed)
        const { planes, height, width } = pooling
        const output = outputOf(pooling)
        const x = draw(planes * height * width).map((value) => Number(value + level > 0.2))
        const real = draw(x.length)
        const upstream = draw(output.size)
        const bits = new Uint32Array(planes * height * Math.ceil(width / 32))
        twin.packSpikes(x, width, bits)
        const run = (kernels: typeof twin) => {
          const floats = (of: (into: Float32Array) => void, length: number) => {
            const into = new Float32Array(length).fill(7)
            of(into)
            return into
          }
          const pooled = new Uint32Array((output.size / output.row) * Math.ceil(output.row / 32)).fill(7)
          kernels.maxPoolSpikes(pooling, bits, pooled)
          return {
            pooled,
            max: floats((y) => kernels.maxPool(pooling, real, y), output.size),
            toMax: floats((g) => kernels.maxPoolBackward(pooling, real, upstream, g), x.length),
            toSpikes: floats((g) => kernels.maxPoolSpikesBackward(pooling, bits, upstream, g), x.length),
            mean: floats((y) => kernels.averagePool(pooling, real, y), output.size),
            meanSpikes: floats((y) => kernels.averagePoolSpikes(pooling, bits, y), output.size),
            toMean: floats((g) => kernels.averagePoolBackward(pooling, upstream, g), x.length),
          }
        }
        const [ours, theirs] = [run(native!), run(twin)]
        expect(ours.pooled).toEqual(theirs.pooled)
        expect(ours.max).toEqual(theirs.max)
        for (const of of ['toMax', 'toSpikes', 'mean', 'meanSpikes', 'toMean'] as const) {
          expectClose(ours[of], theirs[of], 1e-6)
        }
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})
