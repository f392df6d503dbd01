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
  else {
    forEachPiece(memory, gradient, (piece, from, to) => {
      const of = (all: Float32Array) => all.subarray(from, to)
      memory.kernels.adam(step, of(weights), of(first), of(second), piece)
    })
  }
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
  else {
    forEachPiece(memory, gradient, (piece, from, to) =>
      memory.kernels.sgd(momentum, rate, weights.subarray(from, to), first.subarray(from, to), piece),
    )
  }
  return next
}

/** The gradient in pieces if it is computed in pieces, else in one: `take` gets each with its place among the weights. */
function forEachPiece(
  memory: NativeBackend,
  gradient: TensorInfo,
  take: (piece: Float32Array, from: number, to: number) => void,
): void {
  const pending = memory.pending(gradient)
  const [rows = 1] = gradient.shape
  const size = gradient.shape.reduce((product, of) => product * of, 1)
  if (!pending) take(memory.floats(gradient), 0, size)
  for (let first = 0; pending && first < rows; first += pending.rows) {
    const count = Math.min(pending.rows, rows - first)
    const length = (count * size) / rows
    const piece = memory.pool.take(length)
    pending.compute(first, count, piece)
    take(piece, (first * size) / rows, (first * size) / rows + length)
    memory.pool.give(piece)
  }
}
