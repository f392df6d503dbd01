import { costLayers, costNetwork, type LayerCost, listPrunable } from './cost.ts'
import { type EnergyModel, picojoulePer } from './energy.ts'
import type { Network } from './network.ts'
import { inferFlow } from './shape.ts'
import { countSynapses } from './synapse.ts'

/** What a compression can bound besides connectivity. Amounts are of one inference over all steps where that matters. */
export const RESOURCES = [
  'parameters',
  'size',
  'memory',
  'neurons',
  'synapses',
  'flops',
  'synops',
  'energy',
  'latency',
] as const
export type Resource = (typeof RESOURCES)[number]

/** Resources that hold before any weight is removed, or not: nothing that is pruned changes them, or not by itself. */
export const CHECKED: readonly Resource[] = ['memory', 'neurons']

/** Resources that are counted while data flow through the network. */
export const COUNTED: readonly Resource[] = ['synops', 'energy']

/** Resources that only data or a clock can tell. */
export const MEASURED: readonly Resource[] = [...COUNTED, 'latency']

/** Bytes that a neuron keeps between steps: its membrane potential. */
const STATE_BYTES = 4
/** Bytes of a surviving weight in a file, its position included, and of the header's entry of a tensor, about. */
const SPARSE_BYTES = 5
const ENTRY_BYTES = 160

/**
 * A resource as the sum of what cannot be pruned and of what each surviving weight costs:
 *
 *     R = fixed + sum over prunable layers l of perWeight_l x (weights that l keeps)
 */
export interface CostModel {
  fixed: number
  /** In the order of `listPrunable`. */
  perWeight: number[]
}

/**
 * The model of a resource from shapes alone. For SynOps and energy, every input counts as firing at every step: an upper
 * bound, which running averages of what really fires replace in training.
 *
 * - parameters: weights, biases, norms, learned decays;
 * - size: bytes of the weights file: 4 for what is stored dense, 5 for a surviving weight with its position;
 * - memory: that, and a membrane potential of 4 bytes for every neuron;
 * - synapses: weights, counted at every position where they meet an input (`countSynapses`);
 * - flops: multiply-accumulates of surviving weights, at every position, padding too;
 * - energy: operations by what each of them is, in joules.
 *
 * @returns `null` for latency, which only a clock can tell
 */
export function modelCost(
  network: Network,
  protect: readonly string[],
  resource: Resource,
  energyModel: EnergyModel,
): CostModel | null {
  const prunable = listPrunable(network, protect)
  const isPrunable = ({ name }: { name: string }) => prunable.some((layer) => layer.name === name)
  const { neurons, parameters } = costNetwork(network)
  const layers = costLayers(network)
  const of = (cost: (layer: LayerCost) => number): CostModel => ({
    fixed: layers.reduce((sum, layer) => sum + (isPrunable(layer) ? 0 : cost(layer) * layer.weights), 0),
    perWeight: prunable.map(cost),
  })
  switch (resource) {
    case 'parameters':
    case 'size':
    case 'memory': {
      const bytes = resource === 'parameters' ? 1 : SPARSE_BYTES
      const others = parameters - prunable.reduce((sum, { weights }) => sum + weights, 0)
      const state = resource === 'memory' ? countStateBytes(network) : 0
      const file = resource === 'parameters' ? 0 : ENTRY_BYTES * (countTensors(network) + prunable.length)
      return {
        fixed: others * (resource === 'parameters' ? 1 : 4) + state + file,
        perWeight: prunable.map(() => bytes),
      }
    }
    case 'neurons':
      return { fixed: neurons, perWeight: prunable.map(() => 0) }
    case 'synapses': {
      const synapses = new Map(countSynapses(network).map((layer) => [layer.name, layer.synapses]))
      return of(({ name, weights }) => synapses.get(name)! / weights)
    }
    case 'flops':
    case 'synops':
      return of(({ positions }) => positions * network.steps)
    case 'energy':
      return of(({ positions, binaryInput }) => {
        const picojoule = picojoulePer(binaryInput ? 'ac' : 'mac', energyModel)
        return positions * network.steps * picojoule * 1e-12
      })
    case 'latency':
      return null
  }
}

/** What the dense network takes. */
export function costDense({ fixed, perWeight }: CostModel, prunable: readonly LayerCost[]): number {
  return perWeight.reduce((sum, cost, layer) => sum + cost * prunable[layer]!.weights, fixed)
}

function countTensors(network: Network): number {
  return inferFlow(network).flows.reduce((sum, { layer }) => {
    if (layer.kind === 'linear' || layer.kind === 'conv') return sum + (layer.bias ? 2 : 1)
    if (layer.kind === 'norm') return sum + 4
    return sum + (layer.kind === 'neuron' && layer.neuron.model === 'plif' ? 1 : 0)
  }, 0)
}

/** Bytes that a network's neurons keep between steps. */
export function countStateBytes(network: Network): number {
  return STATE_BYTES * costNetwork(network).neurons
}
