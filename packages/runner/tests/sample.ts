import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Outcome, Session } from '@snnx/core'
import {
  type Dataset,
  denseJob,
  ENERGY_45NM,
  type Examples,
  type Experiment,
  identifyJob,
  type Job,
  type Result,
  type ResultNode,
} from '@snnx/ir'
import { onTestFinished } from 'vitest'
import type { Task } from '../src/task.ts'

export const DATA = 'd'.repeat(64)

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'snnx-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const neuron = {
  model: 'lif',
  tau: 2,
  threshold: 1,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
} as const

/** A compression job in three nodes. */
export const sampleJob: Job = {
  dataset: { name: 'fashion_mini', encode: 'direct', batch: 64, validation: 0.1 },
  network: {
    name: 'tiny',
    steps: 2,
    input: [28, 28],
    classes: 10,
    layers: [
      { kind: 'flatten' },
      { kind: 'linear', name: 'linear_1', features: 10, bias: true },
      { kind: 'neuron', name: 'cell_1', neuron },
      { kind: 'rate' },
    ],
  },
  train: {
    loss: 'mse',
    optimizer: { kind: 'adam', lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    schedule: { kind: 'constant' },
    epochs: 3,
  },
  compress: {
    method: 'magnitude',
    scope: 'global',
    protect: [],
    connectivity: [0.5, 0.25, 0.1],
    schedule: 'joint',
    span: 0.5,
    finetune: 1.5,
  },
  backend: 'cpu',
  seed: 0,
}

export const sampleExperiment: Experiment = {
  name: 'sample',
  doc: '',
  jobs: [
    { job: sampleJob, variant: { compress: 'magnitude' } },
    { job: { ...sampleJob, seed: 1 }, variant: { compress: 'magnitude' } },
    { job: { ...sampleJob, compress: { ...sampleJob.compress!, span: 1 } }, variant: { 'compress.span': 1 } },
  ],
}

export function sampleTask(job: Job = denseJob(sampleJob)): Task {
  const identify = (one: Job) => identifyJob(one, { data: DATA, engine: 1 })
  return { experiment: 'sample', hash: identify(job), denseHash: identify(denseJob(job)), job, variant: {}, data: DATA }
}

const timing = { medianMs: 1, p95Ms: 2, repeats: 3 }
const latency = { single: timing, batched: timing, batch: 32 }

/** A point of the record: of 7,840 weights its target's share is kept. */
export function sampleNode(target: number | null, weights: ResultNode['weights']): ResultNode {
  const kept = 7840 * (target ?? 1)
  return {
    target,
    epochs: 3,
    bestEpoch: 2,
    train: { correct: 80, total: 90 },
    validation: { correct: 8, total: 10 },
    test: { correct: 15, total: 20 },
    layers: [
      {
        name: 'linear_1',
        weights: 7840,
        kept,
        binaryInput: false,
        constantInput: true,
        denseMacs: 15680,
        keptMacs: 2 * kept,
        synops: 20 * kept,
      },
    ],
    neurons: [{ name: 'cell_1', neurons: 10, spikes: 123 }],
    latency: { dense: latency, compressed: latency },
    weights,
  }
}

export function sampleRecord(task: Task = sampleTask(), weights?: Partial<ResultNode['weights']>): Result {
  const file = `weights/${task.hash}/dense.safetensors`
  return {
    format: 1,
    experiment: task.experiment,
    hash: task.hash,
    denseHash: task.denseHash,
    job: task.job,
    variant: task.variant,
    data: { digest: DATA, train: 90, validation: 10, test: 20 },
    engine: { version: 1, backend: 'cpu', package: 'snnx 0.1.0' },
    machine: { cpu: 'a', cores: 2, memoryBytes: 1, os: 'b', node: '22.0.0' },
    energyModel: ENERGY_45NM,
    prunable: ['linear_1'],
    dense: { correct: 15, total: 20 },
    nodes: [sampleNode(null, { file, sha256: 'a'.repeat(64), bytes: 5, denseBytes: 9, ...weights })],
    curves: [],
    time: {
      started: '2026-01-01T00:00:00.000Z',
      finished: '2026-01-01T00:01:00.000Z',
      trainSeconds: 1,
      measureSeconds: 1,
    },
  }
}

const examples = (count: number): Examples => ({
  count,
  shape: [28, 28],
  classes: 10,
  batches: () => [],
})

export const sampleDataset: Dataset = {
  name: 'fashion_mini',
  digest: DATA,
  train: examples(90),
  validation: examples(10),
  test: examples(20),
}

/** An engine's work in miniature: an epoch event and a checkpoint for each of `epochs`, then one weights file. */
export async function runSample(session: Session, epochs: number, after?: (epoch: number) => void): Promise<Outcome> {
  let epoch = session.checkpoint === null ? 0 : session.checkpoint[0]!
  if (epoch === 0) session.log({ type: 'start', job: session.hash, epochs, backend: 'cpu' })
  for (; epoch < epochs; epoch++) {
    session.log({ type: 'measured', node: null, testAccuracy: epoch, validationAccuracy: 0, connectivity: 1 })
    await session.saveCheckpoint(Uint8Array.of(epoch + 1))
    after?.(epoch + 1)
  }
  const bytes = Uint8Array.of(1, 2, 3, 4, 5)
  const file = await session.saveWeights('dense', bytes)
  const { createHash } = await import('node:crypto')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const targets = session.job.compress?.connectivity ?? [null]
  const nodes = targets.map((target) => sampleNode(target, { file, sha256, bytes: 5, denseBytes: 9 }))
  return {
    prunable: ['linear_1'],
    dense: session.dense?.test ?? { correct: 15, total: 20 },
    nodes,
    curves: [],
    trainSeconds: 1,
    measureSeconds: 1,
  }
}
