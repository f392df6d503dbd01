import type { Dataset, Event, Job } from '@snnx/ir'
import { runJob } from '../src/run.ts'
import type { Outcome, Session } from '../src/session.ts'
import { chain } from './chain.ts'

/** A dense job on `synthesise`d data of as many features and classes. */
export function jobOf(of: Partial<Job> & { network?: Job['network'] } = {}): Job {
  return {
    dataset: { name: 'fashion_mini', encode: 'direct', batch: 16, validation: 0.1 },
    network: chain(4, 12, 30, 4),
    train: {
      loss: 'mse',
      optimizer: { kind: 'adam', lr: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'cosine', warmup: 1 },
      epochs: 4,
    },
    compress: null,
    backend: 'wasm',
    seed: 3,
    ...of,
  }
}

/** Runs a job in memory, from the file `start` where there is one. `onCheckpoint` is called where the engine saves one: after each epoch and each point. */
export async function runInMemory(
  job: Job,
  dataset: Dataset,
  dense: Session['dense'] = null,
  onCheckpoint: () => void = () => {},
  start?: Uint8Array,
): Promise<{ outcome: Outcome; weights: Map<string, Uint8Array>; events: Event[] }> {
  const weights = new Map<string, Uint8Array>()
  const events: Event[] = []
  const outcome = await runJob({
    job,
    hash: '0123456789abcdef',
    dataset,
    dense,
    ...(start && { start }),
    checkpoint: null,
    saveCheckpoint: async () => onCheckpoint(),
    async saveWeights(name, bytes) {
      weights.set(name, bytes)
      return `${name}.safetensors`
    },
    log: (event) => events.push(event),
    progress: () => {},
    signal: new AbortController().signal,
  })
  return { outcome, weights, events }
}
