import type { Neuron } from '@snnx/ir'
import type { Affine, NeuronExtent } from '@snnx/kernels'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { memoryOf } from '../backend/memory.ts'
import { finishNorm, type NormPass } from './norm.ts'

export const FIRE = 'SnnxFire'
export const FIRE_BACKWARD = 'SnnxFireBackward'

/** A layer of neurons over all steps; with batch norm before it, whose scale and shift are applied on the way. */
export interface FireAttributes {
  neuron: Neuron
  extent: NeuronExtent
  affine: Affine | null
  /** For the backward pass of a batch norm. */
  norm: NormPass | null
}

/** Input `x` (and `w`, the learned decay's logit, for `plif`); output spikes `[steps, ...]`. */
export const fire: KernelFunc = ({ inputs, attrs, backend }) => {
  const { neuron, extent, affine } = attrs as unknown as FireAttributes
  const memory = memoryOf(backend)
  const x = inputs.x as TensorInfo
  const spikes = memory.allocateSpikes(extent.constantInput ? [extent.steps, ...x.shape] : x.shape, extent.row)
  const decay = decayOf(neuron, inputs.w ? memory.floats(inputs.w as TensorInfo)[0]! : null)
  spikes.done(memory.kernels.neuronForward(neuron, decay, extent, memory.floats(x), affine, spikes.bits))
  return spikes.info
}

/**
 * Inputs `x`, `dy` (and `w`); outputs the gradients to x, to w's logit (a scalar), and with a batch norm to its scale and
 * shift `[channels]`, the first being that to the norm's input then.
 */
export const fireBackward: KernelFunc = ({ inputs, attrs, backend }) => {
  const { neuron, extent, affine, norm } = attrs as unknown as FireAttributes
  const memory = memoryOf(backend)
  const [x, dy] = [inputs.x as TensorInfo, inputs.dy as TensorInfo]
  const gradient = extent.constantInput ? memory.allocate(x.shape) : memory.takeOver(dy, false)
  const toLogit = memory.allocate([])
  const toNorm = norm ? [memory.allocate([norm.channels]), memory.allocate([norm.channels])] : []
  const decay = decayOf(neuron, inputs.w ? memory.floats(inputs.w as TensorInfo)[0]! : null)
  const sums = norm ? new Float64Array(2 * norm.channels) : null
  const toDecay = memory.kernels.neuronBackward(
    neuron,
    decay,
    extent,
    memory.floats(x),
    affine,
    memory.floats(dy),
    memory.floats(gradient),
    sums,
  )
  memory.floats(toLogit)[0] = toDecay * decay * (1 - decay)
  if (norm) {
    finishNorm(memory, norm, memory.floats(x), memory.floats(gradient), sums!, memory.floats(gradient), toNorm)
  }
  return [gradient, toLogit, ...toNorm]
}

/** 1/tau as the recurrence uses it: fixed for `lif`, sigmoid(w) for `plif`, unused by `if`. */
export function decayOf(neuron: Neuron, logit: number | null): number {
  return Math.fround(logit === null ? 1 / neuron.tau : 1 / (1 + Math.exp(-logit)))
}
