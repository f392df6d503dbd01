import { existsSync } from 'node:fs'
import {
  type BackendName,
  costNetwork,
  type DatasetSpec,
  denseJob,
  type Experiment,
  epochsOf,
  identifyJob,
  type Job,
  type Network,
  type PlannedJob,
  type Report,
  type Start,
} from '@snnx/ir'
import type { Folders } from './store/folders.ts'
import { hasCheckpoint } from './store/folders.ts'
import { recordPath } from './store/record.ts'
import type { Task } from './task.ts'

export interface PlannedTask extends Task {
  status: 'done' | 'checkpoint' | 'to do'
  /** Epochs of training that the job takes in all. */
  epochs: number
  /** Bytes that the job's worker needs, estimated. */
  memory: number
}

/** What a `.snnx` file would run, dense jobs first. */
export interface Plan {
  experiment: string
  folders: Folders
  tasks: PlannedTask[]
  /** What the spec asks to be shown of the results. */
  report?: Report | undefined
}

/** What a plan must know that the spec does not say. */
export interface PlanFacts {
  engineVersion: number
  resolveBackend(name: BackendName): Promise<BackendName>
  /** The digest of the file that a job starts from; throws where it cannot be read or does not fit the job's network. */
  digestStart(start: Start, network: Network): Promise<string>
  digestData(spec: DatasetSpec): Promise<string>
  estimateMemory(job: Job): number
}

/** A job that can get its identity, with the digest of its data. */
interface Resolved extends PlannedJob {
  data: string
}

/** The jobs of an experiment with their identities and how far each is, seed by seed; the dense jobs they share come first, each once. */
export async function makePlan(experiment: Experiment, folders: Folders, facts: PlanFacts): Promise<Plan> {
  const planned: Resolved[] = []
  for (const { job, variant } of experiment.jobs) {
    planned.push({ job: await resolveJob(job, facts), variant, data: await facts.digestData(job.dataset) })
  }
  const complete = ({ job, variant, data }: Resolved): PlannedTask => {
    const identify = (one: Job) => identifyJob(one, { data, engine: facts.engineVersion })
    const hash = identify(job)
    const done = existsSync(recordPath(folders.experiment, hash))
    return {
      experiment: experiment.name,
      hash,
      denseHash: identify(denseJob(job)),
      job,
      variant,
      data,
      status: done ? 'done' : hasCheckpoint(folders, hash) ? 'checkpoint' : 'to do',
      epochs: epochsOf(job),
      memory: facts.estimateMemory(job),
    }
  }
  const tasks = new Map<string, PlannedTask>()
  const dense = planned.map((of) => ({ ...of, job: denseJob(of.job), variant: denseVariant(of.variant) }))
  const compressed = planned.filter(({ job }) => job.compress !== null)
  for (const task of [...dense, ...compressed].map(complete)) {
    const first = tasks.get(task.hash)
    tasks.set(task.hash, first ? { ...first, variant: intersect(first.variant, task.variant) } : task)
  }
  // Seed by seed, so that a comparison is whole for one seed before the next begins; the sort keeps all other order.
  const ordered = [...tasks.values()].sort((one, other) => one.job.seed - other.job.seed)
  return { experiment: experiment.name, folders, tasks: ordered, report: experiment.report }
}

/** A job as it gets its identity: on an engine that is there, and from a file that was read. */
async function resolveJob(job: Job, { resolveBackend, digestStart }: PlanFacts): Promise<Job> {
  const { network, train } = job
  const backend = await resolveBackend(job.backend)
  if (train.start === undefined) return { ...job, backend }
  const sha256 = await digestStart(train.start, network)
  return { ...job, backend, train: { ...train, start: { ...train.start, sha256 } } }
}

/** One job of the plan as a program reads it. */
export function describeTask(task: PlannedTask) {
  const { job } = task
  return {
    job: task.hash,
    dense: task.denseHash,
    status: task.status,
    method: job.compress?.method ?? 'dense',
    seed: job.seed,
    dataset: job.dataset.name,
    network: job.network.name,
    nodes: job.compress?.connectivity ?? [],
    variant: task.variant,
    ...costNetwork(job.network),
    epochs: task.epochs,
    memoryBytes: task.memory,
    backend: job.backend,
  }
}

/** What was swept of a dense job: nothing that concerns the compression. */
function denseVariant(variant: PlannedJob['variant']): PlannedJob['variant'] {
  const entries = Object.entries(variant).filter(
    ([address]) => address !== 'compress' && !address.startsWith('compress.'),
  )
  return Object.fromEntries(entries)
}

/** Jobs that turn out to be one keep the swept values they agree on. */
function intersect(one: PlannedJob['variant'], other: PlannedJob['variant']): PlannedJob['variant'] {
  return Object.fromEntries(Object.entries(one).filter(([address, value]) => other[address] === value))
}
