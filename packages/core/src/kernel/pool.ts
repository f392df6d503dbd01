import type { Pooling } from '@snnx/kernels'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { bitsOf, memoryOf } from '../backend/memory.ts'

export const MAX_POOL = 'SnnxMaxPool'
export const MAX_POOL_BACKWARD = 'SnnxMaxPoolBackward'
export const AVERAGE_POOL = 'SnnxAveragePool'
export const AVERAGE_POOL_BACKWARD = 'SnnxAveragePoolBackward'

/** Attributes of the pooling kernels. */
export interface PoolAttributes {
  pooling: Pooling
  /** The shape of the output (forward) or of the input (backward). */
  shape: number[]
}

/** Input `x` `[..., height, width]`; output the maximum of each window, spikes staying spikes. */
export const maxPool: KernelFunc = ({ inputs, attrs, backend }) => {
  const { pooling, shape } = attrs as unknown as PoolAttributes
  const memory = memoryOf(backend)
  const x = inputs.x as TensorInfo
  if (memory.spikes(x)?.scale === 1) {
    const pooled = memory.allocateSpikes(shape, shape.at(-1)!)
    memory.kernels.maxPoolSpikes(pooling, bitsOf(memory, x, pooling.width), pooled.bits)
    pooled.done(memory.kernels.countSpikes(pooled.bits))
    return pooled.info
  }
  const y = memory.allocate(shape)
  memory.kernels.maxPool(pooling, memory.floats(x), memory.floats(y))
  return y
}

/** Inputs `x`, `dy`; output the gradient to x. */
export const maxPoolBackward: KernelFunc = ({ inputs, attrs, backend }) => {
  const { pooling, shape } = attrs as unknown as PoolAttributes
  const memory = memoryOf(backend)
  const [x, dy] = [inputs.x as TensorInfo, inputs.dy as TensorInfo]
  const gradient = memory.allocate(shape)
  const [upstream, out] = [memory.floats(dy), memory.floats(gradient)]
  if (memory.spikes(x)?.scale === 1) {
    memory.kernels.maxPoolSpikesBackward(pooling, bitsOf(memory, x, pooling.width), upstream, out)
  } else {
    memory.kernels.maxPoolBackward(pooling, memory.floats(x), upstream, out)
  }
  return gradient
}

/** Input `x` `[..., height, width]`; output the mean of each window. */
export const averagePool: KernelFunc = ({ inputs, attrs, backend }) => {
  const { pooling, shape } = attrs as unknown as PoolAttributes
  const memory = memoryOf(backend)
  const x = inputs.x as TensorInfo
  const y = memory.allocate(shape)
  if (memory.spikes(x)?.scale === 1) {
    memory.kernels.averagePoolSpikes(pooling, bitsOf(memory, x, pooling.width), memory.floats(y))
  } else {
    memory.kernels.averagePool(pooling, memory.floats(x), memory.floats(y))
  }
  return y
}

/** Input `dy`; output the gradient to x. */
export const averagePoolBackward: KernelFunc = ({ inputs, attrs, backend }) => {
  const { pooling, shape } = attrs as unknown as PoolAttributes
  const memory = memoryOf(backend)
  const gradient = memory.allocate(shape)
  memory.kernels.averagePoolBackward(pooling, memory.floats(inputs.dy as TensorInfo), memory.floats(gradient))
  return gradient
}
