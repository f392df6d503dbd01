import type { AdamStep } from '@snnx/kernels'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { NativeBackend } from '../backend/native.ts'

export const ADAM = 'SnnxAdam'
export const SGD = 'SnnxSgd'

/** Inputs `value`, `gradient`, `first`, `second`; outputs their successors, in place where nobody else holds them. */
export const adam: KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = backend as NativeBackend
  const step = attrs as unknown as AdamStep
  const next = ['value', 'first', 'second'].map((name) => memory.takeOver(inputs[name] as TensorInfo, true))
  const [weights, first, second] = next.map((info) => memory.floats(info)) as [Float32Array, Float32Array, Float32Array]
  const gradient = inputs.gradient as TensorInfo
  const compact = memory.compact(gradient)
  if (compact) compact.connections.adam(step, weights, first, second, compact.values)
  else memory.kernels.adam(step, weights, first, second, memory.floats(gradient))
  return next
}

/** Inputs `value`, `gradient`, `first`; outputs value and first moment. */
export const sgd: KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = backend as NativeBackend
  const { momentum, rate } = attrs as unknown as { momentum: number; rate: number }
  const next = ['value', 'first'].map((name) => memory.takeOver(inputs[name] as TensorInfo, true))
  const [weights, first] = next.map((info) => memory.floats(info)) as [Float32Array, Float32Array]
  const gradient = inputs.gradient as TensorInfo
  const compact = memory.compact(gradient)
  if (compact) compact.connections.sgd(momentum, rate, weights, first, compact.values)
  else memory.kernels.sgd(momentum, rate, weights, first, memory.floats(gradient))
  return next
}
