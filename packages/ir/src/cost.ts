import type { Network } from './network.ts'
import { count, inferFlow } from './shape.ts'

/** The static cost of one layer with weights. */
export interface LayerCost {
  name: string
  /** Connections that can be pruned (biases never are). */
  weights: number
  biases: number
  /** How often each weight is used at one step (1 for a linear layer; a convolution's output positions, padding included). */
  positions: number
  constantInput: boolean
  binaryInput: boolean
  /** Dense multiply-accumulates of one inference over all steps, the network as written. */
  macs: number
}

/** The static cost of every layer that has weights, in order. */
export function costLayers(network: Network): LayerCost[] {
  return inferFlow(network).flows.flatMap(({ layer, input, output, constantInput, binaryInput }) => {
    if (layer.kind !== 'linear' && layer.kind !== 'conv') return []
    const outputs = layer.kind === 'linear' ? layer.features : layer.channels
    const weights = layer.kind === 'linear' ? count(input) * outputs : input[0]! * outputs * layer.kernel ** 2
    const positions = count(output) / outputs
    const biases = layer.bias ? outputs : 0
    const macs = weights * positions * network.steps
    return [{ name: layer.name, weights, biases, positions, constantInput, binaryInput, macs }]
  })
}

/** The layers whose weights may be pruned, in order: all that have weights, but for those protected by name. */
export function listPrunable(network: Network, protect: readonly string[]): LayerCost[] {
  return costLayers(network).filter(({ name }) => !protect.includes(name))
}

/** How many weights may be pruned: what connectivity is a share of. */
export function countPrunable(network: Network, protect: readonly string[]): number {
  return listPrunable(network, protect).reduce((sum, { weights }) => sum + weights, 0)
}

/** The static totals of a network. */
export interface NetworkCost {
  weights: number
  parameters: number
  neurons: number
  synapses: number
  macs: number
}

/** Totals over the layers: weights, parameters (with biases, batch norm's scales and shifts, learned time constants), neurons, synapses, MACs. */
export function costNetwork(network: Network): NetworkCost {
  const layers = costLayers(network)
  const sum = (of: (layer: (typeof layers)[number]) => number) => layers.reduce((total, layer) => total + of(layer), 0)
  const { flows } = inferFlow(network)
  const spiking = flows.filter(({ layer }) => layer.kind === 'neuron')
  const norms = flows.reduce((total, { layer, input }) => total + (layer.kind === 'norm' ? 2 * input[0]! : 0), 0)
  const learnedTau = spiking.filter(({ layer }) => layer.kind === 'neuron' && layer.neuron.model === 'plif').length
  return {
    weights: sum((layer) => layer.weights),
    parameters: sum((layer) => layer.weights + layer.biases) + norms + learnedTau,
    neurons: spiking.reduce((total, { output }) => total + count(output), 0),
    synapses: sum((layer) => layer.weights * layer.positions),
    macs: sum((layer) => layer.macs),
  }
}

/**
 * How many of `total` weights the target share keeps: K = floor(c N), never more. The factor undoes what rounding took
 * from c = p / 100 and from c N, three times 2^-53 at most, so that 29 % of 100 is 29.
 */
export function keptWeights(share: number, total: number): number {
  return Math.floor(share * total * (1 + 2 ** -51))
}
