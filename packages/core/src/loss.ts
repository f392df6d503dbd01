import type { Train } from '@snnx/ir'
import { logSoftmax, mean, mul, neg, square, sub, sum, type Tensor, tensor2d } from '@tensorflow/tfjs-core'

/**
 * The loss of a batch, a scalar. mse: the mean over batch and classes of (rate - one-hot)^2; cross_entropy: the mean over
 * the batch of -log softmax(rate)[label].
 *
 * @param output `[batch, classes]`
 */
export function lossOf(kind: Train['loss'], output: Tensor, labels: Uint8Array): Tensor {
  const target = oneHot(labels, output.shape as [number, number])
  if (kind === 'mse') return mean(square(sub(output, target)))
  return neg(mean(sum(mul(target, logSoftmax(output)), 1)))
}

/** How many rows have their maximum at the label; of equal maxima the lowest class counts. */
export function countCorrect(output: Float32Array, labels: Uint8Array, size: number): number {
  const classes = output.length / size
  let correct = 0
  for (let row = 0; row < size; row++) {
    let best = 0
    for (let of = 1; of < classes; of++) if (output[row * classes + of]! > output[row * classes + best]!) best = of
    if (best === labels[row]) correct++
  }
  return correct
}

/** One row a label, made here because the wasm backend's own oneHot writes integers into a float tensor. */
function oneHot(labels: Uint8Array, shape: [batch: number, classes: number]): Tensor {
  const values = new Float32Array(shape[0] * shape[1])
  for (let row = 0; row < shape[0]; row++) values[row * shape[1] + labels[row]!] = 1
  return tensor2d(values, shape)
}
