import type { Labels, Train } from '@snnx/ir'
import { customGrad, mul, scalar, type Tensor, tensor } from '@tensorflow/tfjs-core'

/** A loss at one output, and its gradient there. */
interface Evaluation {
  value: number
  gradient: Float32Array
}

/**
 * The loss of a batch, a scalar. mse: the mean over batch and classes of (rate - one-hot)^2; cross_entropy: the mean over
 * the batch of -log softmax(rate)[label]. The output is small, so both are computed here and not by a dozen ops.
 *
 * @param output `[batch, classes]`
 */
export function lossOf(kind: Train['loss'], output: Tensor, labels: Labels): Tensor {
  const [batch, classes] = output.shape as [number, number]
  const op = customGrad((...all: unknown[]) => {
    const rates = (all[0] as Tensor).dataSync() as Float32Array
    const { value, gradient } =
      kind === 'mse' ? squaredError(rates, labels, classes) : crossEntropy(rates, labels, classes)
    const gradFunc = (dy: Tensor) => [mul(tensor(gradient, [batch, classes]), dy)]
    return { value: scalar(value), gradFunc: gradFunc as never }
  })
  return op(output)
}

/** L = mean (r - t)^2,  dL/dr = 2 (r - t) / size */
function squaredError(rates: Float32Array, labels: Labels, classes: number): Evaluation {
  const gradient = new Float32Array(rates.length)
  let sum = 0
  for (let index = 0; index < rates.length; index++) {
    const target = Number(labels[Math.floor(index / classes)] === index % classes)
    const difference = rates[index]! - target
    sum += difference ** 2
    gradient[index] = (2 * difference) / rates.length
  }
  return { value: sum / rates.length, gradient }
}

/** L = mean -log p[label] with p = softmax(r),  dL/dr = (p - t) / batch */
function crossEntropy(rates: Float32Array, labels: Labels, classes: number): Evaluation {
  const batch = rates.length / classes
  const gradient = new Float32Array(rates.length)
  let sum = 0
  for (let row = 0; row < batch; row++) {
    const scores = rates.subarray(row * classes, (row + 1) * classes)
    const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY)
    const total = scores.reduce((all, score) => all + Math.exp(score - largest), 0)
    sum += Math.log(total) + largest - scores[labels[row]!]!
    for (let of = 0; of < classes; of++) {
      const probability = Math.exp(scores[of]! - largest) / total
      gradient[row * classes + of] = (probability - Number(of === labels[row])) / batch
    }
  }
  return { value: sum / batch, gradient }
}

/** How many rows have their maximum at the label; of equal maxima the lowest class counts. */
export function countCorrect(output: ArrayLike<number>, labels: ArrayLike<number>, size: number): number {
  const classes = output.length / size
  let correct = 0
  for (let row = 0; row < size; row++) {
    let best = 0
    for (let of = 1; of < classes; of++) if (output[row * classes + of]! > output[row * classes + best]!) best = of
    if (best === labels[row]) correct++
  }
  return correct
}
