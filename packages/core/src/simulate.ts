import { inferFlow, type Network } from '@snnx/ir'
import { mean, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { applyLinear } from './layer/linear.ts'
import { fireNeurons } from './layer/neuron.ts'
import type { Tensors } from './parameters.ts'

/** What the simulation passes by: the input of a layer with weights, or the spikes of a layer of neurons. */
export interface Observer {
  /** @param x `[steps, batch, ...]`, or `[batch, ...]` when the input is constant over time */
  input?(layer: string, x: Tensor, constantInput: boolean): void
  /** @param spikes `[steps, batch, features]` */
  spikes?(layer: string, spikes: Tensor): void
}

/**
 * Runs a network over all its steps, layer by layer: each layer sees all steps at once, and one whose input is constant
 * over time (before the first neuron) is computed once. Differentiable in `weights`.
 *
 * @param weights the effective parameters (masked where a mask is on), see `listParameters`
 * @param x one batch of frames, `[batch, ...input]`
 * @returns the read-out `[batch, classes]`: the mean over steps
 */
export function simulate(network: Network, weights: Tensors, x: Tensor, observer: Observer = {}): Tensor {
  const batch = x.shape[0]!
  let value = x
  let isData = true
  for (const { layer, output, constantInput } of inferFlow(network).flows) {
    const leading = constantInput ? [batch] : [network.steps, batch]
    if (layer.kind === 'flatten') value = reshape(value, [...leading, ...output])
    if (layer.kind === 'linear') {
      observer.input?.(layer.name, value, constantInput)
      value = applyLinear(
        value,
        weights.get(`${layer.name}.weight`)!,
        weights.get(`${layer.name}.bias`) ?? null,
        isData,
      )
      isData = false
    }
    if (layer.kind === 'neuron') {
      const decay = weights.get(`${layer.name}.decay`) ?? null
      value = fireNeurons(layer.neuron, network.steps, value, decay, constantInput)
      observer.spikes?.(layer.name, value)
      isData = false
    }
    if (layer.kind === 'rate') value = constantInput ? value : mean(value, 0)
  }
  return value
}
