import { totalmem } from 'node:os'
import { type Compiled, type Diagnostic, jobTooLarge } from '@snnx/dsl'
import { estimateMemory, type Job } from '@snnx/ir'
import { paint } from './color.ts'
import { formatBytes } from './format.ts'
import type { Plan } from './plan.ts'

/** The memory that a job can have: the machine's, or what a container leaves of it. */
export function availableMemory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** A warning for an experiment of which a job, by the estimate, does not fit into memory. */
export function findTooLarge({ experiment, dataset: place }: Compiled, memory: number): Diagnostic[] {
  if (experiment === null || place === null) return []
  const sizes = experiment.jobs.map(({ job }) => ({ job, needs: estimateMemory(job) }))
  const largest = sizes.reduce((one, other) => (other.needs > one.needs ? other : one))
  if (largest.needs <= memory) return []
  return [jobTooLarge(place, describeJob(largest.job), formatBytes(largest.needs), formatBytes(memory))]
}

function describeJob({ network, dataset }: Job): string {
  return `${network.name}, ${network.steps} steps, batch ${dataset.batch}`
}

/** A warning of the jobs that, by the estimate, do not fit into memory one at a time; empty where all do. */
export function warnOfLarge({ tasks }: Pick<Plan, 'tasks'>, memory: number, stream: { isTTY?: boolean }): string {
  const large = tasks.filter((task) => task.status !== 'done' && task.memory > memory)
  if (large.length === 0) return ''
  const largest = large.reduce((one, other) => (other.memory > one.memory ? other : one))
  const jobs = large.length === 1 ? 'a job needs' : `${large.length} jobs need`
  return [
    `${paint(['yellow', 'bold'], 'warning[SNX1024]', stream)}: ${jobs} more memory than the ${formatBytes(memory)} of this machine`,
    `the largest, ${largest.hash}, needs about ${formatBytes(largest.memory)}: ${describeJob(largest.job)}`,
    `${paint('cyan', 'help', stream)}: lower \`batch\` or \`steps\`, or run them on a larger machine\n`,
  ].join('\n')
}
