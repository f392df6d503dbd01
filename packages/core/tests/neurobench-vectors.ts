import { readFileSync } from 'node:fs'
import type { Layer, Network } from '@snnx/ir'
import type { NetworkWeights } from '../src/checkpoint/weights.ts'
import type { Sequences } from '../src/measure/neurobench.ts'
import { lif } from './chain.ts'

/** From NeuroBench; `SNNX_NEUROBENCH_VECTORS` names another file of the same form. */
const path =
  process.env.SNNX_NEUROBENCH_VECTORS ?? new URL('../../../fixtures/peers/neurobench_vectors.json', import.meta.url)

export interface Values {
  shape: number[]
  data: number[]
}

export type TheirLayer = { name: string } & (
  | { type: 'Linear'; weight: Values; bias: Values | null }
  | { type: 'Conv2d'; weight: Values; bias: Values | null; stride: number[]; padding: number[] }
  | { type: 'AvgPool2d' | 'MaxPool2d'; kernel: number; stride: number }
  | { type: 'Flatten' }
  | { type: 'Leaky'; beta: number; threshold: number; reset: 'zero' }
)

interface TheirCounts {
  effective_macs: number
  effective_acs: number
  dense: number
  calls_macs: number
  calls_acs: number
}

export interface Case {
  neurobench: {
    Footprint: number
    ConnectionSparsity: number
    ParameterCount: number
    ActivationSparsity: number
    ActivationSparsityByLayer: Record<string, number>
    SynapticOperations: { Effective_MACs: number; Effective_ACs: number; Dense: number }
    MembraneUpdates: number
    NeuronOperations: { 'Effective Neuron Ops': number; 'Neuron Dense Ops': number }
    ClassificationAccuracy: number
  }
  footprint_of_a_second_run: number
  synaptic_operations_by_layer_totals: Record<string, TheirCounts>
  spikes_by_layer_totals: Record<string, number>
  activations_by_layer_totals: Record<string, number>
  labels: number[]
  input: Values
  spikes: Record<string, Values>
}

export interface Vectors {
  T: number
  samples: number
  batches: number[]
  networks: Record<string, { layers: TheirLayer[]; cases: Record<string, Case> }>
}

export function readVectors(): Vectors {
  return JSON.parse(readFileSync(path, 'utf8')) as Vectors
}

/**
 * One of their networks as ours. Their neurons do not scale the input, h = beta v + x, and fire above the threshold; ours
 * with tau = 1 / (1 - beta) divide it by tau and fire at the threshold. So the weights and biases before them are
 * multiplied by tau (exactly: it is a power of two), and the threshold is the next larger float32.
 */
export function translate(layers: readonly TheirLayer[], steps: number, input: number[]) {
  const values: NetworkWeights['values'] = new Map()
  const translateOne = (layer: TheirLayer, index: number): Layer[] => {
    const { name } = layer
    switch (layer.type) {
      case 'Linear':
      case 'Conv2d': {
        const next = layers.slice(index).find((later) => later.type === 'Leaky')
        const tau = next ? 1 / (1 - next.beta) : 1
        values.set(
          `${name}.weight`,
          Float32Array.from(layer.weight.data, (value) => tau * value),
        )
        if (layer.bias) {
          values.set(
            `${name}.bias`,
            Float32Array.from(layer.bias.data, (value) => tau * value),
          )
        }
        const [outputs, , kernel] = layer.weight.shape as [number, number, number]
        const bias = layer.bias !== null
        if (layer.type === 'Linear') return [{ kind: 'linear', name, features: outputs, bias }]
        const [stride, padding] = [layer.stride[0]!, layer.padding[0]!]
        return [{ kind: 'conv', name, channels: outputs, kernel, stride, padding, bias }]
      }
      case 'AvgPool2d':
      case 'MaxPool2d': {
        const kind = layer.type === 'AvgPool2d' ? 'avg_pool' : 'max_pool'
        return [{ kind, size: layer.kernel, stride: layer.stride, padding: 0 }]
      }
      case 'Flatten':
        return [{ kind: 'flatten' }]
      case 'Leaky': {
        const neuron = { ...lif, tau: 1 / (1 - layer.beta), threshold: nextFloat(layer.threshold) }
        return [{ kind: 'neuron', name, neuron }]
      }
    }
  }
  const flat = layers.flatMap(translateOne)
  const last = layers.findLast((layer) => layer.type === 'Linear')
  const classes = last!.weight.shape[0]!
  const network: Network = { name: 'theirs', steps, input, classes, layers: [...flat, { kind: 'rate' }] }
  return { network, weights: { values, masks: new Map() } satisfies NetworkWeights }
}

/** The least float32 above a positive one. */
function nextFloat(value: number): number {
  const bits = new Uint32Array(new Float32Array([value]).buffer)
  bits[0]!++
  return new Float32Array(bits.buffer)[0]!
}

/** Consecutive samples of `[steps, samples, ...]` as batches of these sizes. */
export function cutBatches({ shape, data }: Values, labels: readonly number[], sizes: readonly number[]): Sequences[] {
  const [steps, samples, ...rest] = shape as [number, number, ...number[]]
  const units = rest.reduce((product, size) => product * size, 1)
  let from = 0
  return sizes.map((size) => {
    const inputs = new Float32Array(steps * size * units)
    for (let step = 0; step < steps; step++) {
      const start = (step * samples + from) * units
      inputs.set(data.slice(start, start + size * units), step * size * units)
    }
    from += size
    return { inputs, labels: labels.slice(from - size, from), size }
  })
}
