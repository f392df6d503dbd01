import type { Affine } from '@snnx/kernels'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { type Memory, memoryOf } from '../backend/memory.ts'

export const MOMENTS = 'SnnxMoments'
export const NORMALISE = 'SnnxNormalise'
export const NORM_BACKWARD = 'SnnxNormBackward'

/** How a tensor `[..., channels, inner]` falls into channels. */
export interface ChannelExtent {
  channels: number
  inner: number
}

/** What the backward pass of a batch norm needs. */
export interface NormPass extends ChannelExtent {
  /** The mean and 1 / sqrt(variance + epsilon) that the forward pass used. */
  mean: Float64Array
  inverse: Float64Array
  gamma: Float32Array
}

/** Attributes of `NORMALISE` and `NORM_BACKWARD`. */
export interface NormAttributes {
  affine: Affine
  norm: NormPass
}

/** Input `x`, attributes channels and inner; outputs mean and biased variance `[channels]`. */
export const moments: KernelFunc = ({ inputs, attrs, backend }) => {
  const { channels, inner } = attrs as unknown as ChannelExtent
  const memory = memoryOf(backend)
  const outputs = [memory.allocate([channels]), memory.allocate([channels])]
  const [mean, variance] = [new Float64Array(channels), new Float64Array(channels)]
  memory.kernels.channelMoments(memory.floats(inputs.x as TensorInfo), channels, inner, mean, variance)
  memory.floats(outputs[0]!).set(mean)
  memory.floats(outputs[1]!).set(variance)
  return outputs
}

/** Input `x`; output scale x + shift per channel. */
export const normalise: KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = memoryOf(backend)
  const x = inputs.x as TensorInfo
  const y = memory.allocate(x.shape)
  memory.kernels.affine(memory.floats(x), (attrs as unknown as NormAttributes).affine, memory.floats(y))
  return y
}

/** Inputs `x`, `dy`; outputs the gradients to x, gamma and beta. */
export const normBackward: KernelFunc = ({ inputs, attrs, backend }) => {
  const { norm } = attrs as unknown as NormAttributes
  const memory = memoryOf(backend)
  const [x, dy] = [inputs.x as TensorInfo, inputs.dy as TensorInfo]
  const gradient = memory.takeOver(dy, false)
  const toNorm = [memory.allocate([norm.channels]), memory.allocate([norm.channels])]
  const sums = new Float64Array(2 * norm.channels)
  const [values, upstream] = [memory.floats(x), memory.floats(dy)]
  memory.kernels.channelSums(values, upstream, norm.channels, norm.inner, sums)
  finishNorm(memory, norm, values, upstream, sums, memory.floats(gradient), toNorm)
  return [gradient, ...toNorm]
}

/**
 * The rest of batch norm's backward pass, with m = mean, r = 1 / sqrt(variance + epsilon), N elements a channel:
 *
 *     dbeta = sum g      dgamma = r (sum g x - m sum g)
 *     dx = gamma r (g - dbeta / N - (x - m) r dgamma / N)
 *
 * @param sums per channel the sum of g and of g x
 * @param gradient g
 * @param out dx; may be `gradient`
 * @param toNorm tensors for dgamma and dbeta
 */
export function finishNorm(
  memory: Memory,
  { channels, inner, mean, inverse, gamma }: NormPass,
  x: Float32Array,
  gradient: Float32Array,
  sums: Float64Array,
  out: Float32Array,
  toNorm: readonly TensorInfo[],
): void {
  const [toGamma, toBeta] = toNorm.map((of) => memory.floats(of))
  const [a, b, d] = [new Float32Array(channels), new Float32Array(channels), new Float32Array(channels)]
  const count = x.length / channels
  for (let channel = 0; channel < channels; channel++) {
    const [m, r] = [mean[channel]!, inverse[channel]!]
    const beta = sums[channel]!
    const scale = r * (sums[channels + channel]! - m * beta)
    const factor = gamma[channel]! * r
    toGamma![channel] = scale
    toBeta![channel] = beta
    a[channel] = factor
    b[channel] = (-factor * r * scale) / count
    d[channel] = (factor * (m * r * scale - beta)) / count
  }
  memory.kernels.normBackward(x, gradient, inner, a, b, d, out)
}
