import type { Batch, Dataset, Network } from '@snnx/ir'
import { type Tensor, tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedBackend } from '../src/backend/backend.ts'
import { lossOf } from '../src/loss.ts'
import { initialiseOptimizer } from '../src/optim/optimizer.ts'
import { disposeTensors, initialiseParameters, listLearned, type Tensors } from '../src/parameters.ts'
import { simulate } from '../src/simulate.ts'
import { trainStep } from '../src/step.ts'
import { open, TESTED } from './backends.ts'
import { chain } from './chain.ts'
import { convolutional } from './images.ts'
import { jobOf, runInMemory } from './job.ts'
import { synthesise } from './synthesise.ts'

const REFERENCE = 'wasm'
const BATCH = 8
/** Low, so that small untrained networks fire. */
const THRESHOLD = 0.2
const STEPS = 50

/** The network with all its thresholds moved. */
type Build = (threshold: number) => Network

const networks: Record<string, { build: Build; dataset: Dataset }> = {
  mlp: {
    build: (threshold) => {
      const network = chain(8, 12, 40, 4)
      const layers = network.layers.map((layer) =>
        layer.kind === 'neuron' ? { ...layer, neuron: { ...layer.neuron, threshold } } : layer,
      )
      return { ...network, layers }
    },
    dataset: synthesise({ features: 12, classes: 4, train: 320, validation: 80, test: 200 }),
  },
  convolutional: { build: convolutional, dataset: reshaped([2, 7, 7]) },
}

/** Clusters seen as images. */
function reshaped(shape: readonly number[]): Dataset {
  const features = shape.reduce((product, size) => product * size, 1)
  const dataset = synthesise({ features, classes: 4, train: 160, validation: 40, test: 100 })
  const part = (of: Dataset['train']) => ({ ...of, shape })
  return { ...dataset, train: part(dataset.train), validation: part(dataset.validation), test: part(dataset.test) }
}

function firstBatch({ train }: Dataset): Batch {
  return train.batches(BATCH, { seed: 1, epoch: 0 })[Symbol.iterator]().next().value!
}

/** Everything the first step computes. */
interface FirstStep {
  spikes: Map<string, Float32Array>
  gradients: Map<string, Float32Array>
}

function firstStep(network: Network, dataset: Dataset): FirstStep {
  const parameters = initialiseParameters(network, 1)
  const names = listLearned(network)
  const batch = firstBatch(dataset)
  const spikes = new Map<string, Float32Array>()
  const gradients = new Map<string, Float32Array>()
  tidy(() => {
    const x = tensor(batch.inputs, [batch.size, ...network.input])
    const observer = {
      spikes: (layer: string, fired: Tensor) => void spikes.set(layer, Float32Array.from(fired.dataSync())),
    }
    const training = { draw: { seed: 1, step: 0 }, moments: () => {} }
    const loss = (...values: Tensor[]) => {
      const learned: Tensors = new Map(parameters)
      for (const [index, name] of names.entries()) learned.set(name, values[index]!)
      const output = simulate(network, { parameters: learned, masking: null }, x, { observer, training })
      return lossOf('mse', output, batch.labels)
    }
    const { grads } = valueAndGrads(loss as never)(names.map((name) => parameters.get(name)!))
    for (const [index, name] of names.entries()) gradients.set(name, Float32Array.from(grads[index]!.dataSync()))
  })
  disposeTensors(parameters)
  return { spikes, gradients }
}

/** Mean loss over 50 steps, and the spikes on the first batch after them. */
function train(build: Build, dataset: Dataset, backend: ResolvedBackend) {
  const job = jobOf({ network: build(THRESHOLD), backend, dataset: { ...jobOf().dataset, batch: BATCH } })
  const parameters = initialiseParameters(job.network, 1)
  const learned = new Map(listLearned(job.network).map((name) => [name, parameters.get(name)!]))
  const trainee = { parameters, optimizer: initialiseOptimizer(learned), masking: null, auxiliary: new Map() }
  let [loss, step] = [0, 0]
  for (let epoch = 0; step < STEPS; epoch++) {
    for (const batch of dataset.train.batches(BATCH, { seed: 1, epoch })) {
      if (step++ === STEPS) break
      loss += trainStep(job, trainee, batch, 0.003).loss / STEPS
    }
  }
  const spikes: number[] = []
  tidy(() => {
    const batch = firstBatch(dataset)
    const observer = { spikes: (_: string, fired: Tensor) => void spikes.push(...fired.dataSync()) }
    simulate(job.network, trainee, tensor(batch.inputs, [batch.size, ...job.network.input]), { observer })
  })
  disposeTensors(trainee.parameters)
  for (const moments of Object.values(trainee.optimizer.moments)) disposeTensors(moments)
  return { loss, spikes }
}

describe.each(Object.entries(networks))('the same %s', (name, { build, dataset }) => {
  const others = TESTED.filter((backend) => backend !== REFERENCE)
  let reference: FirstStep
  let certain: Map<string, Uint8Array>
  let trained: ReturnType<typeof train>

  beforeAll(async () => {
    await open(REFERENCE)
    reference = firstStep(build(THRESHOLD), dataset)
    // Whose spikes stay the same when the threshold moves by 1e-5 either way has no H within 1e-5 of it.
    const [low, high] = [THRESHOLD - 1e-5, THRESHOLD + 1e-5].map((of) => firstStep(build(of), dataset).spikes)
    certain = new Map(
      [...reference.spikes].map(([layer, fired]) => [
        layer,
        Uint8Array.from(fired, (_, at) => Number(low!.get(layer)![at] === high!.get(layer)![at])),
      ]),
    )
    trained = train(build, dataset, REFERENCE)
  })

  it('fires enough to tell anything', () => {
    for (const [layer, fired] of reference.spikes) {
      const rate = fired.reduce((sum, spike) => sum + spike, 0) / fired.length
      expect(rate, layer).toBeGreaterThan(0.005)
    }
    for (const [layer, of] of certain)
      expect(of.filter((one) => one === 0).length / of.length, layer).toBeLessThan(0.01)
  })

  it.each(others)('fires the same spikes at step 1 on %s', async (backend) => {
    await open(backend)
    const { spikes } = firstStep(build(THRESHOLD), dataset)
    for (const [layer, fired] of spikes) {
      const expected = reference.spikes.get(layer)!
      const sure = certain.get(layer)!
      expect(fired.filter((spike, at) => sure[at] === 1 && spike !== expected[at]).length, layer).toBe(0)
    }
  })

  it.each(others)('has the same gradients at step 1 on %s', async (backend) => {
    await open(backend)
    const { gradients } = firstStep(build(THRESHOLD), dataset)
    for (const [of, gradient] of gradients) {
      const expected = reference.gradients.get(of)!
      const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      const worst = gradient.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at]!)), 0)
      expect(worst / scale, of).toBeLessThanOrEqual(1e-5)
    }
  })

  it.each(others)('loses the same over 50 steps on %s', async (backend) => {
    await open(backend)
    const { loss, spikes } = train(build, dataset, backend)
    expect(Math.abs(loss / trained.loss - 1)).toBeLessThan(0.01)
    const flips = spikes.filter((spike, at) => spike !== trained.spikes[at]).length
    console.log(
      `${name} on ${backend}: ${flips} of ${spikes.length} spikes differ from ${REFERENCE} after ${STEPS} steps`,
    )
    expect(flips / spikes.length).toBeLessThan(0.05)
  })
})

describe('final accuracy', () => {
  it.each(TESTED.filter((backend) => backend !== REFERENCE))('on %s is within the spread of seeds', async (backend) => {
    const dataset = networks.mlp!.dataset
    const accuracies = async (of: ResolvedBackend) => {
      await open(of)
      const all: number[] = []
      for (const seed of [1, 2, 3]) {
        const { outcome } = await runInMemory(jobOf({ backend: of, seed }), dataset)
        all.push((100 * outcome.dense.correct) / outcome.dense.total)
      }
      return all
    }
    const [theirs, ours] = [await accuracies(REFERENCE), await accuracies(backend)]
    const mean = (of: number[]) => of.reduce((sum, one) => sum + one, 0) / of.length
    const spread = Math.max(...theirs) - Math.min(...theirs)
    expect(Math.abs(mean(ours) - mean(theirs))).toBeLessThanOrEqual(Math.max(spread, 1))
  })
})
