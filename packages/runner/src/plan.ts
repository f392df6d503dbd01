import { existsSync } from 'node:fs'
import {
  type BackendName,
  costNetwork,
  type DatasetName,
  denseJob,
  type Experiment,
  epochsOf,
  identifyJob,
  type Job,
  type PlannedJob,
  type Report,
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
  digestDataset(name: DatasetName): string
  estimateMemory(job: Job): number
}

/** The jobs of an experiment with their identities and how far each is, seed by seed; the dense jobs they share come first, each once. */
export async function makePlan(experiment: Experiment, folders: Folders, facts: PlanFacts): Promise<Plan> {
  const planned: PlannedJob[] = []
  for (const { job, variant } of experiment.jobs) {
    planned.push({ job: { ...job, backend: await facts.resolveBackend(job.backend) }, variant })
  }
  const identify = (job: Job) =>
    identifyJob(job, { data: facts.digestDataset(job.dataset.name), engine: facts.engineVersion })
  const complete = ({ job, variant }: PlannedJob): PlannedTask => {
    const hash = identify(job)
    const done = existsSync(recordPath(folders.experiment, hash))
    return {
      experiment: experiment.name,
      hash,
      denseHash: identify(denseJob(job)),
      job,
      variant,
      data: facts.digestDataset(job.dataset.name),
      status: done ? 'done' : hasCheckpoint(folders, hash) ? 'checkpoint' : 'to do',
      epochs: epochsOf(job),
      memory: facts.estimateMemory(job),
    }
  }
  const tasks = new Map<string, PlannedTask>()
  const dense = planned.map(({ job, variant }) => ({ job: denseJob(job), variant: denseVariant(variant) }))
  const compressed = planned.filter(({ job }) => job.compress !== null)
  for (const task of [...dense, ...compressed].map(complete)) {
    const first = tasks.get(task.hash)
    tasks.set(task.hash, first ? { ...first, variant: intersect(first.variant, task.variant) } : task)
  }
  // Seed by seed, so that a comparison is whole for one seed before the next begins; the sort keeps all other order.
  const ordered = [...tasks.values()].sort((one, other) => one.job.seed - other.job.seed)
  return { experiment: experiment.name, folders, tasks: ordered, report: experiment.report }
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
