import type { Dataset, Epoch, Event, Job, Progress, ResultNode } from '@snnx/ir'

/** What the engine needs to run one job. The runner injects data, storage and display; core touches none of them itself. */
export interface Session {
  /** The job, its backend resolved (never `auto`). */
  job: Job
  hash: string
  dataset: Dataset
  /** The dense network to start from: a weights file's bytes. `null` in a dense job. */
  dense: { weights: Uint8Array; test: Score } | null
  /** The file that `job.train.start` names, where it names one. */
  start?: Uint8Array
  /** The last checkpoint's bytes, to go on from; `null` starts anew. */
  checkpoint: Uint8Array | null
  /** Stores a checkpoint durably (temporary name, fsync, rename) before it resolves. */
  saveCheckpoint(bytes: Uint8Array): Promise<void>
  /** Stores a weights file durably under `name` (such as `dense` or `node-1`) before it resolves; returns the path the record names. */
  saveWeights(name: string, bytes: Uint8Array): Promise<string>
  /** Appends to the event log. Called in order; a checkpoint covers all events logged before it. */
  log(event: Event): void
  /** For a live display; may be dropped. */
  progress(progress: Progress): void
  /** Awaited now and then in training: holds while another job measures. Absent where there is no other. */
  turn?(): Promise<void>
  /** Runs a measurement of time while no other job trains. Absent where there is no other. */
  alone?<Measured>(measure: () => Measured): Promise<Measured>
  /** When aborted, the engine stops at the next batch, saves a checkpoint and throws `Interrupted`. */
  signal: AbortSignal
}

/** Runs a measurement of time while no other job trains. */
export async function measureAlone<Measured>({ alone }: Session, measure: () => Measured): Promise<Measured> {
  return alone ? alone(measure) : measure()
}

export type Score = ResultNode['test']

/** What a job leaves: everything of the record that is not about the machine or the wall clock. */
export interface Outcome {
  prunable: string[]
  /** The dense network's test score. */
  dense: Score
  nodes: ResultNode[]
  curves: Epoch[]
  trainSeconds: number
  measureSeconds: number
}

/** Thrown by `runJob` after an abort, when the checkpoint has been saved. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted; a checkpoint was saved')
    this.name = 'Interrupted'
  }
}
