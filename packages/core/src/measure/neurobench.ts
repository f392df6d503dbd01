import { costNetwork, count, inferFlow, type Network, type NeuronLayer } from '@snnx/ir'
import { memoryOf } from '../backend/memory.ts'
import type { NetworkWeights } from '../checkpoint/weights.ts'
import { Stepper } from '../inference/stepper.ts'
import type { Synapse } from '../layer/synapse.ts'
import { countCorrect } from '../loss.ts'
import { listParameters } from '../parameters.ts'
import { countReached, countUses } from './reach.ts'

/** One batch of sequences: what a network is fed at each of its steps. */
export interface Sequences {
  /** `[steps, size, ...input]`. */
  inputs: Float32Array
  labels: ArrayLike<number>
  size: number
}

/** Operations of one layer over all calls: one call a step and batch. */
export interface CallCount {
  name: string
  effectiveMacs: number
  effectiveAcs: number
  dense: number
  callsMacs: number
  callsAcs: number
}

/** NeuroBench's figures by our names; those per sample are over all steps. */
export interface NeuroBench {
  /** Bytes before the first run. */
  footprint: number
  /** Bytes of a network that has run: with the membranes of the last batch. */
  footprintAfter: number
  parameterCount: number
  connectionSparsity: number
  activationSparsity: number
  activationSparsityByLayer: Record<string, number>
  synapticOperations: { effectiveMacs: number; effectiveAcs: number; dense: number }
  membraneUpdates: number
  neuronOperations: { effective: number; dense: number }
  classificationAccuracy: number
  layers: CallCount[]
}

/** The operations that NeuroBench counts for one update of a leaky neuron. */
const OPERATIONS_PER_UPDATE = 4
/** Buffers of a snnTorch neuron beside its membrane: beta, threshold and graded_spikes_factor (F32), reset_mechanism_val (I64). */
const NEURON_BUFFERS = { decay: 4, rest: 4 + 4 + 8 }
/** A PyTorch batch norm counts its batches in an I64. */
const NORM_BUFFER = 8

/**
 * The figures of NeuroBench 2.3, by its rules, so that a network can be compared with those measured by its harness. Where
 * its rules are not ours, this follows them, and records keep ours:
 *
 * - *MACs or ACs* is decided per call, which is one layer, step and batch: all of it are ACs when every input of the call is
 *   -1, 0 or 1. So one real value in one example makes MACs of its whole batch at that step, and the split depends on the
 *   batch size (the sum does not). Records decide it per layer, from what the layer's input can be.
 * - *Dense operations* leave out what meets the padding of a convolution; the dense MACs of records count it, as FLOPs do.
 * - *Footprint* counts zeros in full and includes the buffers of snnTorch's neurons, and their membranes once it has run.
 *   Records give the bytes of the weights file.
 * - *Connection sparsity* is by weights that are 0, rounded to four decimals after a float32 division. Records count the mask.
 * - *Activation sparsity* and *accuracy* are means of batches, weighted by their size.
 * - *Membrane updates*: all neurons at a sequence's first step, afterwards those whose membrane before the reset is another
 *   than one step earlier. *Neuron operations* are four times those.
 *
 * Steps one call at a time (see `Stepper`): meant for parity, not for large test sets. The backend must be open.
 *
 * @param examples how many there are in all; a batch weighs its size divided by this
 */
export function measureNeuroBench(
  network: Network,
  weights: NetworkWeights,
  batches: Iterable<Sequences>,
  examples: number,
): NeuroBench {
  const stepper = new Stepper(network, weights, memoryOf().kernels)
  const calls = new CallCounter(weights)
  const neurons = new NeuronCounter()
  const totals = { sparsity: 0, accuracy: 0, seen: 0 }
  for (const { inputs, labels, size } of batches) {
    stepper.reset()
    neurons.begin()
    const sums = new Float64Array(size * network.classes)
    const row = size * count(network.input)
    for (let step = 0; step < network.steps; step++) {
      const output = stepper.step(inputs.subarray(step * row, (step + 1) * row), size, {
        call: (flow, x) => calls.add(flow, x, size),
        fired: (layer, membrane, spikes) => neurons.add(layer, membrane, spikes),
      })
      for (let index = 0; index < sums.length; index++) sums[index]! += output[index]!
    }
    totals.sparsity += (neurons.sparsityOfBatch() * size) / examples
    totals.accuracy += (Math.fround(countCorrect(sums, labels, size) / size) * size) / examples
    totals.seen += size
  }
  const layers = [...calls.layers.values()]
  const perSample = (of: (layer: CallCount) => number) =>
    layers.reduce((sum, layer) => sum + of(layer), 0) / totals.seen
  const { updates, chances } = neurons
  const bytes = countBytes(network)
  return {
    footprint: bytes,
    footprintAfter: bytes + 4 * neurons.width,
    parameterCount: costNetwork(network).parameters,
    connectionSparsity: measureSparsity(network, weights),
    activationSparsity: totals.sparsity,
    activationSparsityByLayer: neurons.sparsityByLayer(),
    synapticOperations: {
      effectiveMacs: perSample((layer) => layer.effectiveMacs),
      effectiveAcs: perSample((layer) => layer.effectiveAcs),
      dense: perSample((layer) => layer.dense),
    },
    membraneUpdates: updates / totals.seen,
    neuronOperations: {
      effective: (updates * OPERATIONS_PER_UPDATE) / totals.seen,
      dense: (chances * OPERATIONS_PER_UPDATE) / totals.seen,
    },
    classificationAccuracy: totals.accuracy,
    layers,
  }
}

/** Counts operations call by call. */
class CallCounter {
  readonly layers = new Map<string, CallCount>()
  readonly #values: NetworkWeights['values']

  constructor({ values }: NetworkWeights) {
    this.#values = values
  }

  add(flow: Synapse['flow'], x: Float32Array, size: number): void {
    const { name } = flow.layer
    const units = count(flow.input)
    const active = new Float64Array(units)
    let isSpikes = true
    for (let index = 0; index < x.length; index++) {
      const value = x[index]!
      if (value === 0) continue
      active[index % units]!++
      if (value !== 1 && value !== -1) isSpikes = false
    }
    // Their non-zero weights are the kept ones, whatever the mask.
    const weights = this.#values.get(`${name}.weight`)!
    const effective = countReached(weights.length, weights, countUses(flow, active)).synops
    const dense = countReached(weights.length, undefined, countUses(flow, new Float64Array(units).fill(size))).synops
    const of = this.layers.get(name) ?? {
      name,
      effectiveMacs: 0,
      effectiveAcs: 0,
      dense: 0,
      callsMacs: 0,
      callsAcs: 0,
    }
    this.layers.set(name, of)
    of[isSpikes ? 'effectiveAcs' : 'effectiveMacs'] += effective
    of[isSpikes ? 'callsAcs' : 'callsMacs']++
    of.dense += dense
  }
}

/** Counts spikes and membrane updates. */
class NeuronCounter {
  updates = 0
  /** Neurons times steps times examples. */
  chances = 0
  #batch = { spikes: 0, chances: 0 }
  readonly #layers = new Map<string, { spikes: number; chances: number }>()
  readonly #before = new Map<string, Float32Array>()

  /** The next step is the first of a batch. */
  begin(): void {
    this.#before.clear()
    this.#batch = { spikes: 0, chances: 0 }
  }

  add({ name }: NeuronLayer, membrane: Float32Array, spikes: Float32Array): void {
    const before = this.#before.get(name)
    for (let unit = 0; unit < membrane.length; unit++) {
      if (before === undefined || membrane[unit] !== before[unit]) this.updates++
    }
    this.#before.set(name, membrane)
    const fired = spikes.reduce((sum, spike) => sum + spike, 0)
    const layer = this.#layers.get(name) ?? { spikes: 0, chances: 0 }
    this.#layers.set(name, layer)
    for (const total of [layer, this.#batch]) {
      total.spikes += fired
      total.chances += spikes.length
    }
    this.chances += spikes.length
  }

  /** Elements of all membranes of the last batch. */
  get width(): number {
    return [...this.#before.values()].reduce((sum, { length }) => sum + length, 0)
  }

  sparsityOfBatch(): number {
    return (this.#batch.chances - this.#batch.spikes) / this.#batch.chances
  }

  sparsityByLayer(): Record<string, number> {
    const entries = [...this.#layers].map(([name, { spikes, chances }]) => [name, (chances - spikes) / chances])
    return Object.fromEntries(entries)
  }
}

function countBytes(network: Network): number {
  const tensors = listParameters(network).reduce((sum, { shape }) => sum + 4 * count(shape), 0)
  return inferFlow(network).flows.reduce((sum, { layer }) => {
    if (layer.kind === 'norm') return sum + NORM_BUFFER
    if (layer.kind !== 'neuron') return sum
    // A learned decay is a parameter, counted already.
    return sum + NEURON_BUFFERS.rest + (layer.neuron.model === 'plif' ? 0 : NEURON_BUFFERS.decay)
  }, tensors)
}

function measureSparsity(network: Network, { values }: NetworkWeights): number {
  let [zeros, all] = [0, 0]
  for (const { name, kind } of listParameters(network)) {
    if (kind !== 'weight') continue
    const weights = values.get(name)!
    all += weights.length
    for (let index = 0; index < weights.length; index++) zeros += Number(weights[index] === 0)
  }
  return roundToFour(Math.fround(zeros / all))
}

/** As Python rounds, halves to even. Such halves are the odd multiples of 1/32: (2k + 1) / 20000 in binary. */
function roundToFour(value: number): number {
  if (Math.abs(value * 32) % 2 !== 1) return Number(value.toFixed(4))
  return (2 * Math.round((value * 1e4) / 2)) / 1e4
}
