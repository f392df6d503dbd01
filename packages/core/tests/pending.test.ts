import type { Geometry } from '@snnx/kernels'
import { engine, fill, type NamedTensorMap, randomUniform, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { TO_WEIGHTS } from '../src/kernel/convolve.ts'
import { ADAM, SGD } from '../src/kernel/optimise.ts'
import { Picks } from '../src/kernel/picks.ts'
import { open, TESTED } from './backends.ts'

/** Just more weights than are computed in one piece, in rows that do not divide a piece. */
const GEOMETRIES: Record<string, Geometry> = {
  'a linear layer': {
    images: 3,
    channelsIn: 2080,
    height: 1,
    width: 1,
    channelsOut: 2049,
    kernel: 1,
    stride: 1,
    padding: 0,
  }, // prettier-ignore
  'a convolution': {
    images: 2,
    channelsIn: 500,
    height: 3,
    width: 2,
    channelsOut: 950,
    kernel: 3,
    stride: 1,
    padding: 1,
  }, // prettier-ignore
}

const run = (kernel: string, inputs: NamedTensorMap, attributes: object) =>
  engine().runKernel(kernel, inputs, attributes as never) as unknown

/** How far two tensors lie apart, over the larger one's maximum. */
function distance(one: Tensor, other: Tensor): number {
  const [a, b] = [one.dataSync(), other.dataSync()]
  return maximum(a.map((value, index) => Math.abs(value - b[index]!))) / maximum(b.map(Math.abs))
}

function maximum(values: ArrayLike<number>): number {
  let most = 0
  for (let index = 0; index < values.length; index++) most = Math.max(most, values[index]!)
  return most
}

describe.skipIf(!TESTED.includes('native'))('a gradient that is computed in pieces', () => {
  beforeAll(() => open('native'))

  it.each(Object.entries(GEOMETRIES))('moves the weights of %s as a whole one does', (_, geometry) => {
    const { images, channelsIn, height, width, channelsOut, kernel } = geometry
    tidy(() => {
      const image = [height, width]
      const x = randomUniform([images, channelsIn, ...image], -1, 1, 'float32', 1)
      const dy = randomUniform([images, channelsOut, ...image], -1, 1, 'float32', 2)
      const shape = [channelsOut, channelsIn, kernel, kernel]
      const [value, first, second] = [3, 4, 5].map((seed) => randomUniform(shape, 0.1, 1, 'float32', seed))
      const gradientOf = (immediate: boolean) =>
        run(
          TO_WEIGHTS,
          { x, dy },
          { layer: 'l', geometry, shape, frozen: false, immediate, picks: new Picks() },
        ) as Tensor
      for (const [optimizer, attributes] of [
        [SGD, { momentum: 0.9, rate: 0.1 }],
        [ADAM, { beta1: 0.9, beta2: 0.999, rate: 0.1, epsilon: 1e-8 }],
      ] as const) {
        const [pieces, whole] = [true, false].map((immediate) => {
          const held = { value: value!.clone(), first: first!.clone(), second: second!.clone() }
          return run(optimizer, { ...held, gradient: gradientOf(immediate) }, attributes) as Tensor[]
        })
        for (const [index, of] of pieces!.entries()) expect(distance(of, whole![index]!)).toBeLessThan(1e-6)
        expect(distance(whole![0]!, value!)).toBeGreaterThan(1e-3)
      }
    })
  })

  it('is a plain one to whoever reads it', () => {
    const geometry = GEOMETRIES['a linear layer']!
    tidy(() => {
      const [x, dy] = [fill([3, 2080], 1), fill([3, 2049], 2)]
      const attributes = {
        layer: 'l',
        geometry,
        shape: [2049, 2080],
        frozen: false,
        immediate: true,
        picks: new Picks(),
      }
      const gradient = run(TO_WEIGHTS, { x, dy }, attributes) as Tensor
      expect((gradient.dataSync() as Float32Array).every((value) => value === 6)).toBe(true)
    })
  })
})
