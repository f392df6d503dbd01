import { costLayers, count, type Examples, inferFlow, type LayerCount, type Network, type SpikeCount } from '@snnx/ir'
import { notEqual, reshape, sum, type Tensor } from '@tensorflow/tfjs-core'
import type { Tensors } from '../parameters.ts'
import type { Score } from '../session.ts'
import type { Observer } from '../simulate.ts'
import { scoreExamples } from './score.ts'

/** Raw counts over a set of examples and all steps. */
export interface Counts {
  score: Score
  layers: LayerCount[]
  neurons: SpikeCount[]
}

/**
 * Classifies `examples` and counts, for each layer with weights, its SynOps as NeuroBench does: every surviving weight
 * counts once for each non-zero input that reaches it, at every step. Per input unit that is (its non-zero inputs) x (its
 * surviving weights), so nothing is simulated twice.
 *
 * @param masks kept weights per pruned parameter (non-zero = kept), in weight layout `[outputs, inputs]`
 */
export function countOperations(
  network: Network,
  weights: Tensors,
  masks: ReadonlyMap<string, ArrayLike<number>>,
  examples: Examples,
): Counts {
  const reached = new Map<string, Float64Array>()
  const spikes = new Map<string, number>()
  const observer: Observer = {
    input(layer, x, constantInput) {
      const repeats = constantInput ? network.steps : 1
      const active = countActive(x)
      const total = reached.get(layer) ?? new Float64Array(active.length)
      for (let unit = 0; unit < active.length; unit++) total[unit]! += active[unit]! * repeats
      reached.set(layer, total)
    },
    spikes: (layer, fired) => spikes.set(layer, (spikes.get(layer) ?? 0) + countOnes(fired)),
  }
  const score = scoreExamples(network, weights, examples, observer)
  return {
    score,
    layers: costLayers(network).map(
      ({ name, weights: total, positions, binaryInput, constantInput, macs }): LayerCount => {
        const inputs = reached.get(name)!
        const survivors = countSurvivors(masks.get(`${name}.weight`), inputs.length, total)
        const kept = survivors.reduce((all, of) => all + of, 0)
        const synops = survivors.reduce((all, of, unit) => all + of * inputs[unit]!, 0)
        const keptMacs = kept * positions * network.steps
        return { name, weights: total, kept, binaryInput, constantInput, denseMacs: macs, keptMacs, synops }
      },
    ),
    neurons: inferFlow(network).flows.flatMap(({ layer, output }) =>
      layer.kind === 'neuron' ? [{ name: layer.name, neurons: count(output), spikes: spikes.get(layer.name)! }] : [],
    ),
  }
}

/** Mean spikes per neuron and step, per layer of neurons. */
export function firingRates(network: Network, counts: Pick<Counts, 'neurons' | 'score'>): number[] {
  return counts.neurons.map(({ neurons, spikes }) => spikes / (neurons * network.steps * counts.score.total))
}

/** The ones among zeros and ones, by rows: a float32 sum is exact up to 2^24 only. */
export function countOnes(held: Tensor): number {
  return (sum(held, -1).dataSync() as Float32Array).reduce((total, row) => total + row, 0)
}

/** Per input unit, how often it is not zero. */
function countActive(x: Tensor): Float32Array {
  const rows = reshape(x, [-1, x.shape.at(-1)!])
  return sum(notEqual(rows, 0), 0).dataSync() as Float32Array
}

/** Per input unit, how many weights survive: the column sums of the mask. */
function countSurvivors(mask: ArrayLike<number> | undefined, inputs: number, total: number): number[] {
  const survivors = new Array<number>(inputs).fill(mask ? 0 : total / inputs)
  if (mask) for (let index = 0; index < total; index++) if (mask[index]) survivors[index % inputs]!++
  return survivors
}
