import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { NativeBackend } from '../backend/native.ts'

export const DROP_SPIKES = 'SnnxDropSpikes'
export const DROP_GRADIENT = 'SnnxDropGradient'

/** Which elements of one step are kept, as bits packed like the spikes; the rest is scaled by `scale`. */
export interface DropAttributes {
  kept: Uint32Array
  scale: number
}

/** Input `x`, spikes; output those kept, scaled. */
export const dropSpikes: KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = backend as NativeBackend
  const { kept, scale } = attrs as unknown as DropAttributes
  const x = inputs.x as TensorInfo
  const spikes = memory.spikes(x)!
  const bits = new Uint32Array(spikes.bits.length)
  memory.kernels.andSpikes(spikes.bits, kept, bits)
  return memory.storeSpikes(x.shape, {
    bits,
    row: spikes.row,
    scale: spikes.scale * scale,
    count: memory.kernels.countSpikes(bits),
  })
}

/** Input `dy` `[steps, ...]`, whose rows are whole words; output its gradient. */
export const dropGradient: KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = backend as NativeBackend
  const { kept, scale } = attrs as unknown as DropAttributes
  const gradient = memory.takeOver(inputs.dy as TensorInfo, true)
  const values = memory.floats(gradient)
  for (let from = 0; from < values.length; from += kept.length * 32) {
    memory.kernels.shrinkMasked(values.subarray(from, from + kept.length * 32), kept, 0)
  }
  memory.kernels.scale(values, scale)
  return gradient
}
