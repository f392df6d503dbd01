import type { Job, Neuron } from '@snnx/ir'

/** One thing that is timed: a short job, and which of its figures counts. */
export interface Case {
  name: string
  job: Job
}

const lif: Neuron = {
  model: 'lif',
  tau: 2,
  threshold: 1,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
}

/** 784-800-10 at 8 steps on `fashion_mini`, trained dense. */
function mlp(batch: number): Job {
  return {
    dataset: { name: 'fashion_mini', encode: 'direct', batch, validation: 0.1 },
    network: {
      name: 'mlp',
      steps: 8,
      input: [28, 28],
      classes: 10,
      layers: [
        { kind: 'flatten' },
        { kind: 'linear', name: 'linear1', features: 800, bias: false },
        { kind: 'neuron', name: 'cell1', neuron: lif },
        { kind: 'linear', name: 'linear2', features: 10, bias: false },
        { kind: 'neuron', name: 'cell2', neuron: lif },
        { kind: 'rate' },
      ],
    },
    train: {
      loss: 'mse',
      optimizer: { kind: 'adam', lr: 5e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'constant' },
      epochs: 2,
    },
    compress: null,
    backend: 'wasm',
    seed: 0,
  }
}

/** The same, while connections go: what the selection and the mask cost on top. */
function compressing(batch: number, connectivity: number): Job {
  return {
    ...mlp(batch),
    compress: {
      method: 'minimax',
      scope: 'global',
      protect: [],
      connectivity: [connectivity],
      schedule: 'joint',
      span: 2,
      finetune: 0,
      path: 'dual',
      mask: 'soft',
      rates: { s: 1.2, y: 2, z: 4 },
    },
  }
}

export const CASES: readonly Case[] = [
  { name: 'mlp-b64-train-dense', job: mlp(64) },
  { name: 'mlp-b16-train-dense', job: mlp(16) },
  { name: 'mlp-b64-train-compress-25%', job: compressing(64, 0.25) },
  { name: 'mlp-b64-train-compress-5%', job: compressing(64, 0.05) },
]
