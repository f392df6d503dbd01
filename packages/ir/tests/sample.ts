import {
  ENERGY_45NM,
  identifyJob,
  type Job,
  type Network,
  type Neuron,
  type Result,
  type ResultNode,
} from '../src/index.ts'

export const lif: Neuron = {
  model: 'lif',
  tau: 2,
  threshold: 1,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
}

/** The `mlp` of the literature: 784-800-10, T = 8. */
export const mlp: Network = {
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
}

export const job: Job = {
  dataset: { name: 'fashion_mnist', encode: 'direct', batch: 64, validation: 0.1 },
  network: mlp,
  train: {
    loss: 'mse',
    optimizer: { kind: 'adam', lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    schedule: { kind: 'cosine', warmup: 1 },
    epochs: 10,
  },
  compress: {
    method: 'minimax',
    scope: 'global',
    protect: [],
    connectivity: [0.25, 0.0073],
    schedule: 'joint',
    span: 2,
    finetune: 3,
    path: 'dual',
    mask: 'soft',
    rates: { s: 1, y: 1, z: 3 },
  },
  backend: 'wasm',
  seed: 0,
}

export const circumstances = { data: 'd'.repeat(64), engine: 1 }

const timing = { medianMs: 1.5, p95Ms: 2, repeats: 3 }
const latency = { single: timing, batched: { ...timing, medianMs: 30 }, batch: 64 }

/** 784-10-10, T = 8: two layers of 7,840 and 100 weights; the second sees spikes and is protected. */
export const small: Network = {
  ...mlp,
  name: 'small',
  layers: mlp.layers.map((layer) => (layer.kind === 'linear' ? { ...layer, features: 10 } : layer)),
}
export const smallJob: Job = {
  ...job,
  network: small,
  compress: { ...job.compress!, protect: ['linear2'], connectivity: [0.25] },
}

/** Its one point, measured on 40 test examples. */
export const node: ResultNode = {
  target: 0.25,
  epochs: 5,
  bestEpoch: 4,
  train: { correct: 180, total: 200 },
  validation: { correct: 17, total: 20 },
  test: { correct: 35, total: 40 },
  layers: [
    {
      name: 'linear1',
      weights: 7_840,
      kept: 1_960,
      binaryInput: false,
      constantInput: true,
      denseMacs: 62_720,
      keptMacs: 15_680,
      synops: 400_000,
    },
    {
      name: 'linear2',
      weights: 100,
      kept: 100,
      binaryInput: true,
      constantInput: false,
      denseMacs: 800,
      keptMacs: 800,
      synops: 8_000,
    },
  ],
  neurons: [
    { name: 'cell1', neurons: 10, spikes: 640 },
    { name: 'cell2', neurons: 10, spikes: 320 },
  ],
  latency: { dense: latency, compressed: latency },
  weights: { file: 'weights/node-1.safetensors', sha256: 'a'.repeat(64), bytes: 900, denseBytes: 1700 },
}

/** A record whose every figure can be worked out by hand. */
export const record: Result = {
  format: 1,
  experiment: 'sample',
  hash: identifyJob(smallJob, circumstances),
  denseHash: identifyJob({ ...smallJob, compress: null }, circumstances),
  job: smallJob,
  variant: { 'train.epochs': 10 },
  data: { digest: circumstances.data, train: 200, validation: 20, test: 40 },
  engine: { version: 1, backend: 'wasm', package: '0.1.0' },
  machine: { cpu: 'a cpu', cores: 2, memoryBytes: 1e9, os: 'an os', node: 'v22' },
  energyModel: { ...ENERGY_45NM },
  prunable: ['linear1'],
  dense: { correct: 36, total: 40 },
  nodes: [node],
  curves: [
    {
      epoch: 1,
      node: 0,
      phase: 'compress',
      learningRate: 1e-3,
      loss: 0.05,
      trainAccuracy: 80,
      validationAccuracy: 81,
      connectivity: 0.4,
      layerConnectivity: [0.4, 1],
      firingRates: [0.2, 0.1],
      s: 4704,
      y: 0.5,
      z: 0.25,
    },
  ],
  time: { started: '2026-01-01T00:00:00Z', finished: '2026-01-01T00:01:00Z', trainSeconds: 50, measureSeconds: 5 },
}
