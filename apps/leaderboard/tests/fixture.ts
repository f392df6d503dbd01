import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Compress,
  costLayers,
  createRandom,
  denseJob,
  ENERGY_45NM,
  type Epoch,
  type ImageSetName,
  identifyJob,
  type Job,
  keptWeights,
  type Network,
  type Result,
  type ResultNode,
} from '@snnx/ir'

/** The methods that records are made up of. */
type Compressing = 'minimax' | 'gradual' | 'magnitude' | 'magnitude_layer' | 'random'

/** Made-up records, for tests only: they fit the schema and agree with themselves, but nothing was ever run. */
export interface Invented {
  dataset?: ImageSetName
  experiment?: string
  method: Compressing | 'dense'
  seed: number
  steps?: number
  variant?: Result['variant']
  mask?: 'soft' | 'hard'
}

/** The spec of the experiment `invented`, as the campaign's records might have come from it. */
export const SPEC = `snnx 1

# <b>made up</b>
/// What is left of \`mlp\`?
experiment invented {
  dataset     : fashion_mnist { batch = 64 }
  neuron cell : lif { tau = 2 steps }

  network mlp {
    steps  = 8
    layers = flatten -> linear(800) -> cell -> linear(10) -> cell -> rate
  }

  train { loss = mse, optimizer = adam(lr = 1e-3), duration = 10 epochs }

  compress : minimax {
    connectivity <= 25 % then 12 %
    span          = 2 epochs
    finetune      = 3 epochs
  }

  sweep {
    compress in [minimax, gradual, magnitude]
    repeat seed in 0 .. 2
  }

  report {
    rank  = synops
    plot  = pareto(x = synops, y = accuracy, group = compress)
    table = [energy, accuracy, synops]
  }
}
`

export const TARGETS = [0.25, 0.12, 0.05, 0.0235, 0.0073]
const DIGEST = 'a'.repeat(64)
const LOSSES: Record<Compressing, number> = {
  minimax: 4.2,
  gradual: 4.6,
  magnitude: 15,
  magnitude_layer: 18,
  random: 30,
}

export function inventJob({ dataset = 'fashion_mnist', method, seed, steps = 8, mask = 'soft' }: Invented): Job {
  return {
    dataset: { name: dataset, encode: 'direct', batch: 64, validation: 0.1 },
    network: inventNetwork(steps),
    train: {
      loss: 'mse',
      optimizer: { kind: 'adam', lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'cosine', warmup: 1 },
      epochs: 10,
    },
    compress: method === 'dense' ? null : inventCompress(method, mask),
    backend: 'wasm',
    seed,
  }
}

/** One record as `snnx run` would write it. */
export function inventResult(invented: Invented): Result {
  const { seed, method, experiment = 'invented', variant = {} } = invented
  const job = inventJob(invented)
  const circumstances = { data: DIGEST, engine: 1 }
  const random = createRandom(seed, method, invented.mask ?? '')
  const dense = { correct: 8900 + random.below(40), total: 10_000 }
  const targets: (number | null)[] = method === 'dense' ? [null] : TARGETS
  return {
    format: 1,
    experiment,
    hash: identifyJob(job, circumstances),
    denseHash: identifyJob(denseJob(job), circumstances),
    job,
    variant,
    data: { digest: DIGEST, train: 54_000, validation: 6_000, test: 10_000 },
    engine: { version: 1, backend: 'wasm', package: '@snnx/core 0.1.0' },
    machine: { cpu: 'Invented CPU 1', cores: 2, memoryBytes: 8e9, os: 'linux 6.1', node: '22.23.2' },
    energyModel: ENERGY_45NM,
    prunable: ['linear1', 'linear2'],
    dense,
    nodes: targets.map((target, index) => inventNode(job, target, index, dense.correct, random.uniform())),
    curves: inventCurves(method, targets),
    time: {
      started: '2026-11-20T10:00:00.000Z',
      finished: '2026-11-20T11:07:30.000Z',
      trainSeconds: 3800,
      measureSeconds: 75.25,
    },
  }
}

/** Writes records into `<folder>/<experiment>/results/`, as an experiment's folder has them. */
export function writeResults(folder: string, results: readonly Result[], experiment?: string): void {
  for (const result of results) {
    const at = join(folder, experiment ?? result.experiment, 'results')
    mkdirSync(at, { recursive: true })
    writeFileSync(join(at, `${result.hash}.json`), JSON.stringify(result, null, 2))
  }
}

/** Three methods and the dense network over three seeds on one data set, one seed of one method on another. */
export function inventCampaign(): Result[] {
  const methods = ['dense', 'minimax', 'gradual', 'magnitude'] as const
  return [
    ...methods.flatMap((method) => [0, 1, 2].map((seed) => inventResult({ method, seed }))),
    inventResult({ method: 'minimax', seed: 0, dataset: 'fashion_mini', experiment: 'other' }),
    inventResult({ method: 'dense', seed: 0, dataset: 'fashion_mini', experiment: 'other' }),
  ]
}

function inventNetwork(steps: number): Network {
  const neuron = {
    model: 'lif' as const,
    tau: 2,
    threshold: 1,
    resetTo: 0,
    reset: 'zero' as const,
    detach: true,
    surrogate: { kind: 'atan' as const, alpha: 2 },
  }
  return {
    name: 'mlp',
    steps,
    input: [28, 28],
    classes: 10,
    layers: [
      { kind: 'flatten' },
      { kind: 'linear', name: 'linear1', features: 800, bias: true },
      { kind: 'neuron', name: 'cell1', neuron },
      { kind: 'linear', name: 'linear2', features: 10, bias: true },
      { kind: 'neuron', name: 'cell2', neuron },
      { kind: 'rate' },
    ],
  }
}

function inventCompress(method: Compressing, mask: 'soft' | 'hard'): Compress {
  const common = {
    scope: 'global',
    protect: [],
    connectivity: TARGETS,
    schedule: 'joint',
    span: 2,
    finetune: 3,
  } as const
  const shared = { ...common, protect: [], connectivity: [...TARGETS] }
  if (method === 'minimax') return { method, ...shared, path: 'dual', mask, rates: { s: 1, y: 1, z: 1 } }
  if (method === 'gradual') return { method, ...shared, interval: 50 }
  return { method, ...shared }
}

function inventNode(job: Job, target: number | null, index: number, correct: number, noise: number): ResultNode {
  const costs = costLayers(job.network)
  const total = costs.reduce((sum, { weights }) => sum + weights, 0)
  const small = target === null ? costs[1]!.weights : Math.round(costs[1]!.weights * target ** 0.4)
  const kept = target === null ? [costs[0]!.weights, small] : [keptWeights(target, total) - small, small]
  const loss =
    job.compress === null || target === null
      ? 0
      : LOSSES[job.compress.method as Compressing] * 100 * (0.0073 / target) ** 1.2
  const score = (share: number, all: number) => ({ correct: Math.round(share * all), total: all })
  const accuracy = (correct - loss + (target === null ? 0 : 40 * noise)) / 10_000
  const timing = (medianMs: number) => ({ medianMs, p95Ms: medianMs * 1.2, repeats: 200 })
  const speed = target === null ? 1 : 0.3 + 0.7 * target
  const seen = (share: number) => ({ single: timing(0.42 * share), batched: timing(9 * share), batch: 64 })
  const bytes = target === null ? 2_545_000 : Math.round(2_545_000 * target * 1.6) + 4000
  return {
    target,
    epochs: target === null ? 10 : 5 * (index + 1),
    bestEpoch: target === null ? 9 : 5 * (index + 1) - 1,
    train: score(Math.min(1, accuracy + 0.04), 54_000),
    validation: score(accuracy + 0.002, 6_000),
    test: score(accuracy, 10_000),
    layers: costs.map((cost, number) => ({
      name: cost.name,
      weights: cost.weights,
      kept: kept[number]!,
      binaryInput: cost.binaryInput,
      constantInput: cost.constantInput,
      denseMacs: cost.macs,
      keptMacs: kept[number]! * job.network.steps,
      synops: Math.round(kept[number]! * job.network.steps * 10_000 * (number === 0 ? 0.5 : 0.11 + 0.01 * noise)),
      // Twenty of a layer lie on no path; only the records of one method say so.
      ...(job.compress?.method === 'minimax' ? { synapses: kept[number]! - 20 } : {}),
    })),
    neurons: [
      { name: 'cell1', neurons: 800, spikes: Math.round(7_000_000 * (0.8 + 0.2 * noise)) },
      { name: 'cell2', neurons: 10, spikes: 78_781 },
    ],
    latency: { dense: seen(1), compressed: seen(speed * (1 + 0.05 * noise)) },
    weights: { file: `weights-${index}.safetensors`, sha256: 'b'.repeat(64), bytes, denseBytes: 2_545_000 },
  }
}

function inventCurves(method: Invented['method'], targets: readonly (number | null)[]): Epoch[] {
  const solves = method === 'minimax'
  return targets.flatMap((target, node) =>
    Array.from({ length: target === null ? 10 : 5 }, (_, step): Epoch => {
      const epoch = 5 * node + step + 1
      const before = node === 0 ? 1 : (targets[node - 1] ?? 1)
      const compressing = target !== null && step < 2
      const connectivity = target === null ? 1 : compressing && step === 0 ? Math.sqrt(before * target) : target
      return {
        epoch,
        node: target === null ? null : node,
        phase: target === null ? 'dense' : compressing ? 'compress' : 'finetune',
        learningRate: 1e-3,
        loss: 0.02 + (0.06 / (1 + step) ** 0.7) * (target === null ? 1 : 0.4 + 0.6 * (1 - target)),
        trainAccuracy: 92 - 8 / (1 + step) - (target === null ? 0 : 0.3 / target ** 0.5),
        validationAccuracy: 89 - 5 / (1 + step) - (target === null ? 0 : 0.3 / target ** 0.5),
        connectivity,
        layerConnectivity: [connectivity * 0.97, Math.min(1, connectivity * 3)],
        firingRates: [0.11, 0.1],
        s: solves ? 635_200 * (1 - connectivity) : null,
        y: solves ? 0.4 * (step + 1) : null,
        z: solves ? Math.max(0, 1.5 - 0.6 * step) : null,
      }
    }),
  )
}
