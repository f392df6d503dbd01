import type { Batch, Examples, Network } from '@snnx/ir'
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { countCorrect } from '../loss.ts'
import type { Tensors } from '../parameters.ts'
import type { Score } from '../session.ts'
import { type Observer, simulate } from '../simulate.ts'

/** Examples simulated at once where no gradient is needed. */
export const BATCH = 256

/** The batch as a tensor `[size, ...shape]`. */
export function toTensor(batch: Batch, shape: readonly number[]): Tensor {
  return tensor(
    batch.inputs.subarray(0, batch.size * shape.reduce((size, of) => size * of, 1)),
    [batch.size, ...shape],
    'float32',
  )
}

/** Classifies all examples and counts the correct answers; `observer` sees every layer of every batch. */
export function scoreExamples(network: Network, weights: Tensors, examples: Examples, observer: Observer = {}): Score {
  let correct = 0
  for (const batch of examples.batches(BATCH, null)) {
    tidy(() => {
      const output = simulate(network, weights, toTensor(batch, examples.shape), observer).dataSync() as Float32Array
      correct += countCorrect(output, batch.labels, batch.size)
    })
  }
  return { correct, total: examples.count }
}
