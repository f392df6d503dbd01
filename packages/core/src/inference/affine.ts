import { count, type NormLayer } from '@snnx/ir'
import type { Affine } from '@snnx/kernels'

/**
 * Batch norm with its running statistics as an affine map per channel:
 *
 *     scale = gamma / sqrt(variance + epsilon)      shift = beta - mean scale
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
  const [gamma, beta, mean, variance] = [read('weight'), read('bias'), read('mean'), read('variance')]
  const inverse = Float64Array.from(variance, (of) => 1 / Math.sqrt(of + epsilon))
  return {
    scale: Float32Array.from(inverse, (of, channel) => gamma[channel]! * of),
    shift: Float32Array.from(inverse, (of, channel) => beta[channel]! - mean[channel]! * gamma[channel]! * of),
    inner: count(input.slice(1)),
  }
}
