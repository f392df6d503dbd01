import type { Layer } from '@snnx/ir'
import type { Pooling } from '@snnx/kernels'
import { customGrad, engine, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core'
import { AVERAGE_POOL, AVERAGE_POOL_BACKWARD, MAX_POOL, MAX_POOL_BACKWARD } from '../kernel/pool.ts'

/** The layers that pool by windows. */
export type PoolLayer = Extract<Layer, { kind: 'max_pool' | 'avg_pool' }>

/**
 * Pools each image: the maximum (spikes stay spikes; the gradient goes to the first of equal maxima) or the mean.
 *
 * @param x `[..., channels, height, width]`
 */
export function applyPool(layer: PoolLayer, x: Tensor): Tensor {
  const leading = x.shape.slice(0, -3)
  const images = leading.reduce((product, size) => product * size, 1)
  const { pooling, output: image } = poolImages(layer, x.shape.slice(-3), images)
  const output = [...leading, ...image]
  const run = (kernel: string, inputs: NamedTensorMap, shape: number[]) =>
    engine().runKernel(kernel, inputs, { pooling, shape } as never) as Tensor
  const isMaximum = layer.kind === 'max_pool'
  const op = customGrad((...all: unknown[]) => {
    const [input, save] = all as [Tensor, (tensors: Tensor[]) => void]
    save([input])
    const gradFunc = (dy: Tensor, [x]: Tensor[]) => {
      const gradient = isMaximum
        ? run(MAX_POOL_BACKWARD, { x: x!, dy }, x!.shape)
        : run(AVERAGE_POOL_BACKWARD, { dy }, x!.shape)
      for (const done of [dy, x!]) done.dispose()
      return [gradient]
    }
    return { value: run(isMaximum ? MAX_POOL : AVERAGE_POOL, { x: input }, output), gradFunc: gradFunc as never }
  })
  return op(x)
}

/** How a layer pools `images` inputs `[channels, height, width]`, and what one of them becomes. */
export function poolImages(
  layer: PoolLayer,
  shape: readonly number[],
  images: number,
): { pooling: Pooling; output: readonly number[] } {
  const [channels, height, width] = shape as [number, number, number]
  const planes = images * channels
  const { size, stride, padding } = layer
  const extent = (of: number) => Math.floor((of + 2 * padding - size) / stride) + 1
  return {
    pooling: { planes, height, width, size, stride, padding },
    output: [channels, extent(height), extent(width)],
  }
}
