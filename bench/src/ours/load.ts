import { createTrainer, Inference, type Trainer } from '@snnx/core'
import { type Batch, type Job, type Layer, mapFlows, type Network, type NeuronLayer, type Pick } from '@snnx/ir'
import type { Kernels } from '@snnx/kernels'
import { jobOf, type Workload } from '../workload.ts'
import type { Engine } from './engine.ts'
import { drawFrames } from './frames.ts'
import { setThresholds } from './threshold.ts'
import { drawWeights } from './weights.ts'

/** A workload ready to be stepped. */
export interface Load {
  /** With its thresholds set. */
  network: Network
  step(): void
  /** Milliseconds of the last step that were the compression's own work. */
  compressionMs(): number
  /** Spikes per neuron and step, by layer of neurons, with the weights as they are now. */
  rates(): Record<string, number>
  /** The kernels that the last step used. */
  picks(): Pick[]
}

/** @param network with thresholds set before; they are set now unless given */
export function prepare(workload: Workload, engine: Engine, network?: Network): Load {
  const job = jobOf(workload)
  const plain = workload.task === 'infer' ? { ...job, network: withoutDropout(job.network) } : job
  const batch = drawFrames(plain.network, workload.batch)
  const ready = { ...plain, network: network ?? setRates(plain, workload.rate, batch, engine.kernels) }
  return workload.task === 'infer' ? prepareInference(ready, batch, engine) : prepareTraining(ready, batch)
}

function prepareTraining(job: Job, batch: Batch): Load {
  const trainer = start(job)
  return {
    network: job.network,
    step: () => trainer.step(batch),
    compressionMs: () => trainer.compressionMs(),
    rates: () => ratesOf(trainer, batch),
    picks: () => trainer.picks(),
  }
}

/** The running statistics become those of this batch, so that neurons fire as they did when their thresholds were set. */
function prepareInference(job: Job, batch: Batch, { kernels, costs }: Engine): Load {
  const measured = { ...job.network, layers: mapNorms(job.network.layers) }
  const optimizer = { ...job.train.optimizer, lr: Number.MIN_VALUE }
  const trainer = start({ ...job, network: measured, train: { ...job.train, optimizer } })
  trainer.step(batch)
  const rates = ratesOf(trainer, batch)
  const inference = new Inference(job.network, trainer.weights(), kernels, costs)
  trainer.dispose()
  return {
    network: job.network,
    step: () => inference.run(batch.inputs, batch.size),
    compressionMs: () => 0,
    rates: () => rates,
    picks: () => [],
  }
}

/** A selection over the whole network must find the same distribution everywhere; a random one need not. */
function start(job: Job): Trainer {
  return createTrainer(job, job.compress?.method === 'minimax' ? drawWeights(job.network) : undefined)
}

/** The job's network with thresholds at which all layers fire at the same rate, masks and batch as in its first step. */
function setRates(job: Job, rate: number, batch: Batch, kernels: Kernels): Network {
  const trainer = start(job)
  const flows = new Map([...mapFlows(job.network).values()].map((flow) => [nameOf(flow.layer), flow]))
  const fire = (layer: NeuronLayer, x: Float32Array) => {
    const { constantInput, input } = flows.get(layer.name)!
    const { steps } = job.network
    const width = constantInput ? x.length : x.length / steps
    const row = input.at(-1)!
    const bits = new Uint32Array(((steps * width) / row) * Math.ceil(row / 32))
    const extent = { steps, width, row, constantInput }
    const decay = Math.fround(1 / layer.neuron.tau)
    return kernels.neuronForward(layer.neuron, decay, extent, x, null, bits) / (steps * width)
  }
  const network = setThresholds(job.network, rate, { forward: (layers) => trainer.forward(batch, layers).output, fire })
  trainer.dispose()
  return network
}

function ratesOf(trainer: Trainer, batch: Batch): Record<string, number> {
  return Object.fromEntries(trainer.forward(batch).rates)
}

/** Dropout does nothing at inference, but would thin out what the thresholds are set by. */
function withoutDropout(network: Network): Network {
  return { ...network, layers: network.layers.filter(({ kind }) => kind !== 'dropout') }
}

/** Batch norms whose running statistics are those of the last batch alone. */
function mapNorms(layers: readonly Layer[]): Layer[] {
  return layers.map((layer) => {
    if (layer.kind === 'norm') return { ...layer, momentum: 1 }
    if (layer.kind !== 'residual') return layer
    return { ...layer, body: mapNorms(layer.body), shortcut: mapNorms(layer.shortcut) }
  })
}

const nameOf = (layer: Layer) => ('name' in layer ? layer.name : '')
