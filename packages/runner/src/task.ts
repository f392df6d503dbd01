import type { DownloadProgress } from '@snnx/data'
import type { Event, Job, PlannedJob, Progress, Result } from '@snnx/ir'
import type { Folders } from './store/folders.ts'

/** One job of a plan: what runs, under which identity, and what it waits for. */
export interface Task {
  experiment: string
  hash: string
  /** The dense job it starts from; its own hash for a dense job. */
  denseHash: string
  job: Job
  variant: PlannedJob['variant']
  /** Digest of the data set's content: the worker must find the same. */
  data: string
}

/** What a queue hands to a worker, as JSON. */
export interface Assignment {
  task: Task
  folders: Folders
}

/** An error as data, to cross between processes. */
export interface Failure {
  code: string
  message: string
  help: string | undefined
  /** For SNNX_DEBUG only. */
  stack: string | undefined
}

/** How a job ended. */
export type Ending =
  | { kind: 'finished'; result: Result }
  /** Its record was there when the worker got the lock: another process has finished it. */
  | { kind: 'already' }
  | { kind: 'interrupted' }
  | { kind: 'failed'; failure: Failure }

/** What a worker says while it works; the last one is always the ending. */
export type WorkerMessage =
  | { type: 'started'; resumed: boolean; backend: string }
  /** Another process holds the job's lock. */
  | { type: 'waiting'; pid: number; host: string }
  | { type: 'download'; download: DownloadProgress }
  | { type: 'event'; event: Event }
  | { type: 'progress'; progress: Progress }
  /** It wants to measure while all others hold still; it has measured; it holds still itself. */
  | { type: 'request' }
  | { type: 'release' }
  | { type: 'held' }
  | { type: 'ending'; ending: Ending }

/** What the command says to a worker. */
export type WorkerOrder =
  | { type: 'perform'; assignment: Assignment }
  | { type: 'stop' }
  /** Hold still while another measures; go on; measure now. */
  | { type: 'hold' }
  | { type: 'resume' }
  | { type: 'grant' }
