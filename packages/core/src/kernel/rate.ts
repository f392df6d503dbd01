import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { memoryOf } from '../backend/memory.ts'

export const RATE = 'SnnxRate'
export const RATE_BACKWARD = 'SnnxRateBackward'

/** Input `x` `[steps, ...]`; output its mean over the steps. */
export const rate: KernelFunc = ({ inputs, backend }) => {
  const memory = memoryOf(backend)
  const x = inputs.x as TensorInfo
  const steps = x.shape[0]!
  const output = memory.allocate(x.shape.slice(1))
  const [values, means] = [memory.floats(x), memory.floats(output)]
  means.fill(0)
  for (let step = 0, from = 0; step < steps; step++, from += means.length) {
    for (let index = 0; index < means.length; index++) means[index]! += values[from + index]!
  }
  for (let index = 0; index < means.length; index++) means[index]! /= steps
  return output
}

/** Input `dy`, attribute `steps`; output the gradient to x: the same at every step. */
export const rateBackward: KernelFunc = ({ inputs, attrs, backend }) => {
  const { steps } = attrs as unknown as { steps: number }
  const memory = memoryOf(backend)
  const dy = inputs.dy as TensorInfo
  const gradient = memory.allocate([steps, ...dy.shape])
  const [upstream, out] = [memory.floats(dy), memory.floats(gradient)]
  for (let index = 0; index < upstream.length; index++) out[index] = upstream[index]! / steps
  for (let step = 1; step < steps; step++) out.copyWithin(step * upstream.length, 0, upstream.length)
  return gradient
}
