import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Interrupted, type Outcome, type Session } from '@snnx/core'
import type { DownloadProgress } from '@snnx/data'
import {
  type BackendName,
  type Dataset,
  ENERGY_45NM,
  type Event,
  type Job,
  RESULT_FORMAT,
  type Result,
  SnnxError,
} from '@snnx/ir'
import { describeMachine, readVersion } from './machine.ts'
import { openCheckpoints } from './store/checkpoint.ts'
import { type EventLog, openEventLog } from './store/event-log.ts'
import { requireWritable, runFolder } from './store/folders.ts'
import { acquireLock, type Lock } from './store/lock.ts'
import { readRecord, recordPath, writeRecord } from './store/record.ts'
import { loadStart } from './store/start.ts'
import { sweepFinished, sweepTemporaries } from './store/sweep.ts'
import { loadWeights, publishWeights, stageWeights } from './store/weights.ts'
import type { Assignment, Ending, Task, WorkerMessage } from './task.ts'
import type { Turns } from './turns.ts'

/** What a worker needs besides files: the engine and the data. */
export interface Engine {
  version: number
  openBackend(name: BackendName): Promise<string>
  runJob(session: Session): Promise<Outcome>
  /** @param beside the folder of the spec */
  openDataset(
    job: Job,
    beside: string,
    onDownload: (download: DownloadProgress) => void,
    signal: AbortSignal,
  ): Promise<Dataset>
}

const POLL_MS = 250

/**
 * Does one job from lock to record. Everything it writes is whole at any moment, so that whoever kills the process
 * leaves a state to go on from.
 * @throws SnnxError whatever is wrong with the data, the files or the job
 */
export async function performJob(
  { task, folders }: Assignment,
  engine: Engine,
  tell: (message: WorkerMessage) => void,
  signal: AbortSignal,
  turns?: Turns,
): Promise<Ending> {
  const folder = runFolder(folders, task.hash)
  const lock = await waitForLock(folder, tell, signal)
  if (lock === null) return { kind: 'interrupted' }
  try {
    const path = recordPath(folders.experiment, task.hash)
    if (existsSync(path)) {
      await readRecord(path)
      await sweepFinished(folders, task.hash)
      return { kind: 'already' }
    }
    await requireWritable(folders)
    await sweepTemporaries(folders, task.hash)
    return await performLocked({ task, folders }, engine, tell, signal, turns)
  } catch (error) {
    // Whoever is aborted throws the signal's reason; an error with a code is one of its own.
    if (error instanceof Interrupted || (signal.aborted && !(error instanceof SnnxError)))
      return { kind: 'interrupted' }
    throw error
  } finally {
    await lock.release()
  }
}

async function performLocked(
  { task, folders }: Assignment,
  engine: Engine,
  tell: (message: WorkerMessage) => void,
  signal: AbortSignal,
  turns: Turns | undefined,
): Promise<Ending> {
  const folder = runFolder(folders, task.hash)
  const dense = task.hash === task.denseHash ? null : await loadDense({ task, folders })
  const from = task.job.train.start
  const start = from && { start: await loadStart(folders.experiment, from) }
  const checkpoints = await openCheckpoints(folder)
  const tellDownload = (download: DownloadProgress) => tell({ type: 'download', download })
  const dataset = await engine.openDataset(task.job, folders.experiment, tellDownload, signal)
  requireSameData(task, dataset)
  const backend = await engine.openBackend(task.job.backend)
  const log = openEventLog(join(folder, 'events.jsonl'), checkpoints.last?.events ?? 0)
  try {
    tell({ type: 'started', resumed: checkpoints.last !== null, backend })
    const outcome = await engine.runJob({
      job: task.job,
      hash: task.hash,
      dataset,
      dense,
      ...start,
      checkpoint: checkpoints.last?.bytes ?? null,
      saveCheckpoint: (bytes) => checkpoints.store.save({ bytes, events: log.sync() }),
      saveWeights: (name, bytes) => stageWeights(folder, task.hash, name, bytes),
      log(event: Event) {
        log.append(event)
        tell({ type: 'event', event })
      },
      progress: (progress) => tell({ type: 'progress', progress }),
      signal,
      ...(turns ? { turn: () => turns.turn(), alone: (measure) => turns.alone(measure) } : {}),
    })
    log.sync()
    const result = composeRecord(task, { dataset, backend, outcome, log, version: engine.version })
    await publishWeights(folder, folders.experiment, result)
    await writeRecord(folders.experiment, result)
    await sweepFinished(folders, task.hash)
    return { kind: 'finished', result }
  } finally {
    log.close()
  }
}

/** Waits until no other process does this job; null when told to stop before that. */
async function waitForLock(
  folder: string,
  tell: (message: WorkerMessage) => void,
  signal: AbortSignal,
): Promise<Lock | null> {
  let told = -1
  while (!signal.aborted) {
    const attempt = await acquireLock(folder)
    if ('lock' in attempt) return attempt.lock
    if (told !== attempt.owner.pid) tell({ type: 'waiting', pid: attempt.owner.pid, host: attempt.owner.host })
    told = attempt.owner.pid
    await sleep(POLL_MS)
  }
  return null
}

async function loadDense({ task, folders }: Assignment): Promise<Session['dense']> {
  const record = await readRecord(recordPath(folders.experiment, task.denseHash))
  const node = record.nodes.at(-1)!
  return { weights: await loadWeights(folders.experiment, record, node), test: record.dense }
}

function requireSameData(task: Task, dataset: Dataset) {
  if (dataset.digest === task.data) return
  throw new SnnxError('SNX1022', `the data set ${dataset.name} changed after the run was planned`, {
    help: 'run the command again: its jobs get new identities',
  })
}

interface Ingredients {
  dataset: Dataset
  backend: string
  outcome: Outcome
  log: EventLog
  version: number
}

function composeRecord(task: Task, { dataset, backend, outcome, log, version }: Ingredients): Result {
  const now = Date.now()
  return {
    format: RESULT_FORMAT,
    experiment: task.experiment,
    hash: task.hash,
    denseHash: task.denseHash,
    job: task.job,
    variant: task.variant,
    data: {
      digest: dataset.digest,
      train: dataset.train.count,
      validation: dataset.validation.count,
      test: dataset.test.count,
    },
    engine: { version, backend, package: `snnx ${readVersion()}` },
    machine: describeMachine(),
    energyModel: ENERGY_45NM,
    prunable: outcome.prunable,
    dense: outcome.dense,
    nodes: outcome.nodes,
    curves: outcome.curves,
    time: {
      started: new Date(log.begun() ?? now).toISOString(),
      finished: new Date(now).toISOString(),
      trainSeconds: outcome.trainSeconds,
      measureSeconds: outcome.measureSeconds,
    },
  }
}
