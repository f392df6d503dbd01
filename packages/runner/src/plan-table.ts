import { costNetwork, type Job, nameGoal } from '@snnx/ir'
import { formatBytes, formatCount, formatNumber, formatVariant } from './format.ts'
import type { Plan, PlannedTask } from './plan.ts'
import { type Column, renderTable } from './table.ts'

const COLUMNS: readonly Column<PlannedTask>[] = [
  { head: 'job', cell: (task) => task.hash },
  { head: 'method', cell: ({ job }) => job.compress?.method ?? 'dense' },
  { head: 'seed', cell: ({ job }) => String(job.seed), numeric: true },
  { head: 'values', cell: ({ variant }) => formatVariant(variant) },
  { head: 'nodes', cell: ({ job }) => nameNodes(job) },
  { head: 'epochs', cell: (task) => formatNumber(task.epochs), numeric: true },
  { head: 'parameters', cell: ({ job }) => formatCount(costNetwork(job.network).parameters), numeric: true },
  { head: 'neurons', cell: ({ job }) => formatCount(costNetwork(job.network).neurons), numeric: true },
  { head: 'MACs', cell: ({ job }) => formatCount(costNetwork(job.network).macs), numeric: true },
  { head: 'memory', cell: (task) => formatBytes(task.memory), numeric: true },
  { head: 'status', cell: (task) => task.status },
]

/** The plan as a person reads it: a line a job, and what is left to do. */
export function describePlan(plan: Plan): string {
  const { tasks } = plan
  const open = tasks.filter((task) => task.status !== 'done')
  const first = tasks[0]!.job
  const epochs = open.reduce((sum, task) => sum + task.epochs, 0)
  const left =
    open.length === 0 ? 'nothing is left to do' : `${open.length} to do, ${formatNumber(epochs)} epochs in all`
  const head = `${plan.experiment} on ${first.dataset.name}, ${first.network.name}, backend ${first.backend}: ${count(tasks.length)}, ${left}`
  return `${head}\n\n${renderTable(COLUMNS, tasks)}`
}

function nameNodes({ compress }: Job): string {
  if (compress === null) return ''
  const goals = compress.connectivity.map((_, node) => nameGoal(compress, node))
  return goals.join(compress.bounds ? '; ' : ', ')
}

const count = (jobs: number) => `${jobs} ${jobs === 1 ? 'job' : 'jobs'}`
