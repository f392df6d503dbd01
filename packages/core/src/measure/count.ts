import {
  costLayers,
  count,
  countSynapses,
  type Examples,
  inferFlow,
  type LayerCount,
  type Network,
  type SpikeCount,
} from '@snnx/ir'
import { sum, type Tensor } from '@tensorflow/tfjs-core'
import { memoryOf } from '../backend/memory.ts'
import type { Score } from '../session.ts'
import type { Model, Observer } from '../simulate.ts'
import { observeInputs } from './inputs.ts'
import { countReached } from './reach.ts'
import { scoreExamples } from './score.ts'

/** Raw counts over a set of examples and all steps. */
export interface Counts {
  score: Score
  layers: LayerCount[]
  neurons: SpikeCount[]
}

/** What a set of examples makes fire. */
export type Activity = Pick<Counts, 'score' | 'neurons'>

/** Classifies `examples` and counts the spikes of each layer of neurons. */
export function countSpikes(network: Network, model: Model, examples: Examples, observer: Observer = {}): Activity {
  const spikes = new Map<string, number>()
  const score = scoreExamples(network, model, examples, {
    ...observer,
    spikes: (layer, fired) => spikes.set(layer, (spikes.get(layer) ?? 0) + countOnes(fired)),
  })
  const neurons = inferFlow(network).flows.flatMap(({ layer, output }) =>
    layer.kind === 'neuron' ? [{ name: layer.name, neurons: count(output), spikes: spikes.get(layer.name)! }] : [],
  )
  return { score, neurons }
}

/**
 * Classifies `examples` and counts, for each layer with weights, its SynOps as NeuroBench does: every surviving weight
 * counts once for each non-zero input that reaches it, at every step. Per input unit that is (its non-zero inputs) x (its
 * surviving weights), so nothing is simulated twice. Synapses on a path are counted from the masks.
 *
 * @param masks kept weights per pruned parameter (non-zero = kept), in weight layout `[outputs, inputs, ...]`
 */
export function countOperations(
  network: Network,
  model: Model,
  masks: ReadonlyMap<string, ArrayLike<number>>,
  examples: Examples,
): Counts {
  const inputs = observeInputs(network)
  const activity = countSpikes(network, model, examples, inputs.observer)
  const uses = inputs.uses()
  const synapses = new Map(countSynapses(network, masks).map((of) => [of.name, of.synapses]))
  const layers = costLayers(network).map(
    ({ name, weights, positions, binaryInput, constantInput, macs }): LayerCount => {
      const mask = masks.get(`${name}.weight`)
      const { kept, synops } = countReached(weights, mask, uses.get(name)!)
      const keptMacs = kept * positions * network.steps
      return {
        name,
        weights,
        kept,
        binaryInput,
        constantInput,
        denseMacs: macs,
        keptMacs,
        synops,
        synapses: synapses.get(name)!,
      }
    },
  )
  return { ...activity, layers }
}

/** Mean spikes per neuron and step, per layer of neurons. */
export function firingRates(network: Network, activity: Activity): number[] {
  return activity.neurons.map(({ neurons, spikes }) => spikes / (neurons * network.steps * activity.score.total))
}

/** The ones among zeros and ones, by rows: a float32 sum is exact up to 2^24 only. */
export function countOnes(held: Tensor): number {
  const kept = memoryOf().spikes(held)
  if (kept) return kept.count
  return (sum(held, -1).dataSync() as Float32Array).reduce((total, row) => total + row, 0)
}
