import { readFileSync } from 'node:fs'
import { costNetwork, type Network } from '@snnx/ir'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { fireNeurons } from '../src/layer/neuron.ts'
import { type Counts, countOperations } from '../src/measure/count.ts'
import { disposeTensors, type Tensors } from '../src/parameters.ts'
import { chain, examplesOf, lif } from './chain.ts'
import { tensorOf } from './differences.ts'

/*
 * NeuroBench 2.3.0 on its MLP. Its input changes from step to step and its neurons do not scale their input, so the network
 * is taken layer by layer: each (step, sample) is an example of a network with one step, and the neurons are LIF with
 * tau = 1 / (1 - beta) on tau times the current. These are the counts that records keep; NeuroBench's own rules where they
 * are others are held in `neurobench-parity.test.ts`.
 */
describe('the figures of NeuroBench', () => {
  interface Array2 {
    shape: number[]
    data: number[]
  }
  interface Case {
    neurobench: {
      ConnectionSparsity: number
      ParameterCount: number
      ActivationSparsity: number
      ActivationSparsityByLayer: Record<string, number>
      SynapticOperations: { Effective_MACs: number; Effective_ACs: number; Dense: number }
    }
    synaptic_operations_by_layer_totals: Record<
      string,
      { effective_macs: number; effective_acs: number; dense: number }
    >
    spikes_by_layer_totals: Record<string, number>
    input: Array2
    spikes: Record<string, Array2>
  }
  type Layer =
    | { name: string; type: 'Linear'; weight: Array2; bias: Array2 | null }
    | { name: string; type: 'Leaky'; beta: number; threshold: number }
  const path =
    process.env.SNNX_NEUROBENCH_VECTORS ?? new URL('../../../fixtures/peers/neurobench_vectors.json', import.meta.url)
  const { networks, T, samples } = JSON.parse(readFileSync(path, 'utf8')) as {
    networks: { mlp: { layers: Layer[]; cases: Record<string, Case> } }
    T: number
    samples: number
  }
  const { layers, cases } = networks.mlp
  const linear = layers.filter((layer) => layer.type === 'Linear')
  const leaky = layers.filter((layer) => layer.type === 'Leaky')
  const maskOf = ({ data }: Array2) => Uint8Array.from(data, (value) => Number(value !== 0))

  beforeAll(async () => {
    await openBackend('wasm')
  })

  /** Counts one layer on recorded inputs `[T, samples, inputs]`. */
  function countLayer({ weight, bias }: (typeof linear)[number], input: number[]): Counts {
    const [outputs, inputs] = weight.shape as [number, number]
    const layer: Network['layers'][number] = { kind: 'linear', name: 'only', features: outputs, bias: bias !== null }
    const network: Network = {
      name: 'layer',
      steps: 1,
      input: [inputs],
      classes: outputs,
      layers: [layer, { kind: 'neuron', name: 'cell', neuron: lif }, { kind: 'rate' }],
    }
    const rows = Array.from({ length: T * samples }, (_, at) => input.slice(at * inputs, (at + 1) * inputs))
    const labels = rows.map(() => 0)
    const tensors: Tensors = new Map([['only.weight', tensor(weight.data, weight.shape)]])
    if (bias) tensors.set('only.bias', tensor(bias.data, bias.shape))
    const masks = new Map([['only.weight', maskOf(weight)]])
    const counts = countOperations(
      network,
      { parameters: tensors, masking: null },
      masks,
      examplesOf(rows, labels, outputs),
    )
    disposeTensors(tensors)
    return counts
  }

  describe.each(Object.keys(cases))('case %s', (name) => {
    const of = cases[name]!
    const inputs = [of.input.data, of.spikes[leaky[0]!.name]!.data, of.spikes[leaky[1]!.name]!.data]

    it('synaptic operations of each layer, and in all', () => {
      let [effective, dense] = [0, 0]
      for (const [at, layer] of linear.entries()) {
        const [count] = countLayer(layer, inputs[at]!).layers
        const theirs = of.synaptic_operations_by_layer_totals[layer.name]!
        expect(count!.synops).toBe(theirs.effective_macs + theirs.effective_acs)
        expect(count!.denseMacs * T * samples).toBe(theirs.dense)
        effective += count!.synops
        dense += count!.denseMacs * T
      }
      const totals = of.neurobench.SynapticOperations
      expect(effective / samples).toBeCloseTo(totals.Effective_MACs + totals.Effective_ACs, 9)
      expect(dense).toBe(totals.Dense)
    })

    it('spikes of each layer of neurons, and activation sparsity', () => {
      let [fired, activations] = [0, 0]
      for (const [at, { name, beta, threshold }] of leaky.entries()) {
        const { weight, bias } = linear[at]!
        const [outputs, size] = weight.shape as [number, number]
        const tau = 1 / (1 - beta)
        const currents = Array.from({ length: T * samples * outputs }, (_, index) => {
          const [row, unit] = [Math.floor(index / outputs), index % outputs]
          let current = bias?.data[unit] ?? 0
          for (let i = 0; i < size; i++) current += inputs[at]![row * size + i]! * weight.data[unit * size + i]!
          return tau * current
        })
        const spikes = tidy(() => {
          const x = tensorOf(currents, [T, samples, outputs])
          return [...fireNeurons({ ...lif, tau, threshold }, T, x, null, false, null).dataSync()]
        })
        expect(spikes).toEqual(of.spikes[name]!.data)
        const total = spikes.reduce((sum, spike) => sum + spike, 0)
        expect(total).toBe(of.spikes_by_layer_totals[name])
        expect(1 - total / spikes.length).toBeCloseTo(of.neurobench.ActivationSparsityByLayer[name]!, 9)
        fired += total
        activations += spikes.length
      }
      expect(1 - fired / activations).toBeCloseTo(of.neurobench.ActivationSparsity, 9)
    })

    it('connection sparsity and parameters', () => {
      const kept = linear.reduce((sum, { weight }) => sum + maskOf(weight).reduce((all, one) => all + one, 0), 0)
      const network = {
        ...chain(T, 20, 16, 8, 4),
        layers: chain(T, 20, 16, 8, 4).layers.map((layer) => {
          const theirs = linear.find((one) => one.name.slice(-1) === ('name' in layer ? layer.name.slice(-1) : ''))
          return layer.kind === 'linear' ? { ...layer, bias: theirs!.bias !== null } : layer
        }),
      }
      const { weights, parameters } = costNetwork(network)
      expect(parameters).toBe(of.neurobench.ParameterCount)
      expect(1 - kept / weights).toBeCloseTo(of.neurobench.ConnectionSparsity, 4)
    })
  })
})
