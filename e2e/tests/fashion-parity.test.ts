import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { decodeWeights, measureWeights } from '@snnx/core'
import { findDataset, openDataset } from '@snnx/data'
import type { Dataset, DatasetSpec, Job, Network, Neuron } from '@snnx/ir'
import { beforeAll, describe, expect, it } from 'vitest'
import { toTensor } from '../../packages/core/src/measure/score.ts'
import { loadModel } from '../../packages/core/src/model.ts'
import { simulate } from '../../packages/core/src/simulate.ts'
import { open, TESTED } from '../../packages/core/tests/backends.ts'

interface Peer {
  sha256: string
  T: number
  correct: number
  spikes: { hidden: number; output: number }
  firing_rates: { lif1: number; lif2: number; lif1_first_2000: number; lif2_first_2000: number }
  first_32: { labels: number[]; predicted: number[]; hidden_spike_counts: number[]; output_rates: number[][] }
}

/** A network trained with SpikingJelly, and what SpikingJelly says of it: see fixtures/peers/README.md. */
const fixture = (name: string) => new URL(`../../fixtures/peers/${name}`, import.meta.url)
const peer = JSON.parse(readFileSync(fixture('fashion-mlp-dense.json'), 'utf8')) as Peer
const file = readFileSync(fixture('fashion-mlp-dense.safetensors'))

const neuron: Neuron = {
  model: 'lif',
  tau: 2,
  threshold: 1,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
}
const network: Network = {
  name: 'mlp',
  steps: peer.T,
  input: [28, 28],
  classes: 10,
  layers: [
    { kind: 'flatten' },
    { kind: 'linear', name: 'fc1', features: 800, bias: false },
    { kind: 'neuron', name: 'lif1', neuron },
    { kind: 'linear', name: 'fc2', features: 10, bias: false },
    { kind: 'neuron', name: 'lif2', neuron },
    { kind: 'rate' },
  ],
}
const spec: DatasetSpec = { name: 'fashion_mnist', encode: 'direct', batch: 64, validation: 0.1 }
const job: Job = {
  dataset: spec,
  network,
  train: {
    loss: 'mse',
    optimizer: { kind: 'sgd', lr: 0.1, momentum: 0 },
    schedule: { kind: 'constant' },
    epochs: 1,
  },
  compress: null,
  backend: 'wasm',
  seed: 0,
}

/** Never downloaded for a test: where the data is not on this machine, these tests are skipped by name. */
const absent = (await findDataset('fashion_mnist')).origin === 'download'

describe.skipIf(absent)(
  'the trained network of the peer (needs Fashion-MNIST in SNNX_DATA, the cache or /usr/share)',
  () => {
    let dataset: Dataset
    beforeAll(async () => {
      dataset = await openDataset(spec, { seed: 0 })
    })

    it('is the file the figures belong to', () => {
      expect(createHash('sha256').update(file).digest('hex')).toBe(peer.sha256)
    })

    const fast = TESTED.filter((backend) => backend !== 'cpu')
    it.each(fast)(
      'classifies as many test images, with the same output spikes and hidden ones within 50 on %s',
      async (backend) => {
        await open(backend)
        const { score, neurons, layers } = measureWeights(job, file, dataset.test, 'the fixture')
        const [hidden, output] = neurons
        expect(score).toEqual({ correct: 8916, total: 10_000 })
        expect(peer.correct).toBe(8916)
        expect(output!.spikes).toBe(78_781)
        expect(peer.spikes.output).toBe(78_781)
        expect(output!.spikes / (10 * peer.T * 10_000)).toBe(peer.firing_rates.lif2)
        expect(Math.abs(hidden!.spikes - peer.spikes.hidden)).toBeLessThanOrEqual(50)
        expect(hidden!.spikes / (800 * peer.T * 10_000)).toBeCloseTo(peer.firing_rates.lif1, 6)
        // Every hidden spike reaches the ten weights of its unit.
        expect(layers[1]!.synops).toBe(10 * hidden!.spikes)
      },
    )

    it.each(TESTED)('gives the outputs of the first 32 images exactly on %s', async (backend) => {
      await open(backend)
      const model = loadModel(network, decodeWeights(network, file, 'the fixture'))
      const batch = dataset.test.batches(32, null)[Symbol.iterator]().next().value!
      expect([...batch.labels]).toEqual(peer.first_32.labels)
      let hidden: number[] = []
      const x = toTensor(batch, network)
      const observer = {
        spikes(layer: string, fired: { dataSync(): ArrayLike<number> }) {
          if (layer !== 'lif1') return
          const values = fired.dataSync()
          hidden = Array.from({ length: 32 }, (_, image) => countOf(values, image))
        },
      }
      const rates = simulate(network, model, x, { observer })
      const rows = Array.from({ length: 32 }, (_, image) => [...rates.dataSync().slice(image * 10, image * 10 + 10)])
      expect(rows).toEqual(peer.first_32.output_rates)
      expect(rows.map((row) => row.indexOf(Math.max(...row)))).toEqual(peer.first_32.predicted)
      expect(hidden).toEqual(peer.first_32.hidden_spike_counts)
    })
  },
)

/** Spikes of one of 32 images over all steps, `values` being `[steps, 32, 800]`. */
function countOf(values: ArrayLike<number>, image: number): number {
  let total = 0
  for (let step = 0; step < peer.T; step++)
    for (let unit = 0; unit < 800; unit++) total += values[(step * 32 + image) * 800 + unit]!
  return total
}
