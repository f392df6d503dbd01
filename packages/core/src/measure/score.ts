import { type Batch, count, type Examples, evaluationBatch, type Network, shapeOfBatch } from '@snnx/ir'
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { countCorrect } from '../loss.ts'
import type { Score } from '../session.ts'
import { type Model, type Observer, simulate } from '../simulate.ts'

/** The batch as the tensor that the network is fed. */
export function toTensor(batch: Batch, network: Network): Tensor {
  const shape = shapeOfBatch(network, batch.size)
  return tensor(batch.inputs.subarray(0, count(shape)), shape, 'float32')
}

/** Classifies all examples and counts the correct answers; `observer` sees every layer of every batch. */
export function scoreExamples(network: Network, model: Model, examples: Examples, observer: Observer = {}): Score {
  let correct = 0
  for (const batch of examples.batches(evaluationBatch(network), null)) {
    tidy(() => {
      const x = toTensor(batch, network)
      const output = simulate(network, model, x, { observer }).dataSync() as Float32Array
      correct += countCorrect(output, batch.labels, batch.size)
    })
  }
  return { correct, total: examples.count }
}
