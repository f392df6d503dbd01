import { costNetwork, denseJob, epochsOf, type Job, type PlannedJob } from '@snnx/ir'
import { standard } from '../compile.ts'
import type { Span } from '../source.ts'
import { spanOf } from '../syntax/layout.ts'
import type { Analysis } from './analysis.ts'
import { showCount } from './describe.ts'
import { linesOf } from './outline.ts'

/** What an experiment costs before anything of it has run. */
export interface Cost {
  jobs: number
  /** Dense networks that are trained first, each once. */
  dense: number
  epochs: number
  /** Examples that go through a network in training. */
  samples: number
  /** Multiply-accumulates of their forward passes, the network dense. */
  macs: number
}

/** A line of text above a block. */
export interface Lens {
  span: Span
  text: string
}

/** What the experiment costs, above it and above its sweep; nothing while there are errors. */
export function lenses({ outline, compiled: { experiment } }: Analysis): Lens[] {
  if (experiment === null) return []
  const text = describeCost(costJobs(experiment.jobs, countExamples))
  return [...linesOf(outline.root)]
    .filter(({ tokens, body }) => body !== null && ['experiment', 'sweep'].includes(tokens[0]?.image ?? ''))
    .map(({ tokens }) => ({ span: spanOf(tokens[0]), text }))
}

/** The examples of a data set of `std` for training. */
function countExamples(name: string): number {
  const found = standard().find(({ kind, address }) => kind === 'dataset' && address === name)
  return (found?.entries.find(({ key }) => key === 'train')?.value ?? 0) as number
}

/** Adds up what jobs cost; a dense network that several share is trained once. */
export function costJobs(planned: readonly PlannedJob[], examplesOf: (dataset: string) => number): Cost {
  const dense = new Map<string, Job>()
  const compressed: Job[] = []
  for (const { job } of planned) {
    const trained = denseJob(job)
    dense.set(JSON.stringify(trained), trained)
    if (job.compress !== null) compressed.push(job)
  }
  const cost: Cost = { jobs: compressed.length + dense.size, dense: dense.size, epochs: 0, samples: 0, macs: 0 }
  const costs = new Map<string, number>()
  for (const job of [...dense.values(), ...compressed]) {
    const { name, validation } = job.dataset
    const train = examplesOf(name)
    const epochs = epochsOf(job)
    const samples = epochs * (train - Math.round(validation * train))
    const key = JSON.stringify(job.network)
    const macs = costs.get(key) ?? costNetwork(job.network).macs
    costs.set(key, macs)
    cost.epochs += epochs
    cost.samples += samples
    cost.macs += samples * macs
  }
  return cost
}

function describeCost({ jobs, dense, epochs, samples, macs }: Cost): string {
  const all = `${showCount(jobs)} ${jobs === 1 ? 'job' : 'jobs'}`
  const shared = dense === jobs ? 'dense' : `${dense} dense`
  return `${all} (${shared}) · ${showCount(epochs)} epochs · ${showCount(samples)} training samples · ${showCount(macs)} MACs forward`
}
