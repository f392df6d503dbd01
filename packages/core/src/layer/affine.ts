import { count, type NormLayer } from '@snnx/ir'
import type { Affine } from '@snnx/kernels'

/**
 * Batch norm with its running statistics as an affine map per channel.
 *
 * @param values the network's parameters by name
 * @param input the shape that the layer sees, `[channels]` or `[channels, height, width]`
 */
export function affineOf(
  { name, epsilon }: NormLayer,
  values: ReadonlyMap<string, Float32Array>,
  input: readonly number[],
): Affine {
  const read = (of: string) => values.get(`${name}.${of}`)!
  const inverse = invertDeviation(read('variance'), epsilon)
  return foldNorm({ gamma: read('weight'), beta: read('bias'), mean: read('mean'), inverse }, count(input.slice(1)))
}

/** 1 / sqrt(variance + epsilon) per channel. */
export function invertDeviation(variance: Float32Array, epsilon: number): Float64Array {
  return Float64Array.from(variance, (of) => 1 / Math.sqrt(of + epsilon))
}

/** What a batch norm does with each channel; `inverse` is 1 / sqrt(variance + epsilon). */
interface Norm {
  gamma: Float32Array
  beta: Float32Array
  mean: Float32Array
  inverse: Float64Array
}

/**
 *     scale = gamma inverse      shift = beta - mean gamma inverse
 *
 * @param inner elements of one channel of one example
 */
export function foldNorm({ gamma, beta, mean, inverse }: Norm, inner: number): Affine {
  return {
    scale: Float32Array.from(inverse, (of, channel) => gamma[channel]! * of),
    shift: Float32Array.from(inverse, (of, channel) => beta[channel]! - mean[channel]! * gamma[channel]! * of),
    inner,
  }
}
