import {
  type BudgetResult,
  compareMetric,
  completeReport,
  type Metric,
  nameAmount,
  type Report,
  type Row,
} from '@snnx/ir'
import { formatAccuracy, formatBytes, formatCount, formatNumber, formatShare, formatVariant } from './format.ts'
import { type Column, renderTable } from './table.ts'

const COLUMNS: readonly Column<Row>[] = [
  { head: 'experiment', cell: (row) => row.experiment },
  { head: 'data', cell: (row) => row.dataset },
  { head: 'network', cell: (row) => row.network },
  { head: 'method', cell: (row) => row.method },
  { head: 'seed', cell: (row) => String(row.seed), numeric: true },
  { head: 'values', cell: ({ variant }) => formatVariant(variant) },
  { head: 'connectivity', cell: (row) => formatShare(row.connectivity), numeric: true },
  {
    head: 'synapses',
    cell: ({ synapticConnectivity: share }) => (share === null ? '' : formatShare(share)),
    numeric: true,
  },
  { head: 'test %', cell: (row) => formatAccuracy(row.testAccuracy), numeric: true },
  { head: 'validation %', cell: (row) => formatAccuracy(row.validationAccuracy), numeric: true },
  { head: 'dense %', cell: (row) => formatAccuracy(row.denseAccuracy), numeric: true },
  { head: 'epochs', cell: (row) => formatNumber(row.epochs), numeric: true },
  { head: 'MACs', cell: (row) => formatCount(row.flops), numeric: true },
  { head: 'SynOps', cell: (row) => formatCount(row.synops), numeric: true },
  { head: 'energy', cell: (row) => `${formatNumber(row.energyPJ / 1e6)} uJ`, numeric: true },
  { head: 'latency', cell: (row) => `${formatNumber(row.latencyMs)} ms`, numeric: true },
  { head: 'file', cell: (row) => formatBytes(row.bytes), numeric: true },
  { head: 'job', cell: (row) => row.job.slice(0, 8) },
]
/** Shown where a row has bounds of other resources than connectivity. */
const BOUNDS: Column<Row> = { head: 'bounds', cell: ({ budgets }) => budgets.map(describeBudget).join(', ') }

/** `synops 124,000 of 125,893, met` */
export function describeBudget({ resource, bound, measured }: BudgetResult): string {
  const met = measured <= bound ? 'met' : 'NOT met'
  return `${resource} ${nameAmount(measured, resource)} of ${nameAmount(bound, resource)}, ${met}`
}

/** What the two shares of what remains are of: papers mean one or the other by connectivity. */
const DEFINITIONS = `
connectivity: remaining share of the prunable weights
synapses: remaining share of the prunable synapses, a weight counted at every position where it meets an input, dead ends left out
`

/** The figure of a row that each metric of a report means. */
const FIGURES: Readonly<Record<Metric, (row: Row) => number>> = {
  accuracy: (row) => row.testAccuracy,
  connectivity: (row) => row.connectivity,
  flops: (row) => row.flops,
  synops: (row) => row.synops,
  energy: (row) => row.energyPJ,
  latency: (row) => row.latencyMs,
  bytes: (row) => row.bytes,
  epochs: (row) => row.epochs,
}
/** The columns of each metric by their heads. */
const HEADS: Readonly<Record<Metric, readonly string[]>> = {
  accuracy: ['test %', 'validation %', 'dense %'],
  connectivity: ['connectivity', 'synapses'],
  flops: ['MACs'],
  synops: ['SynOps'],
  energy: ['energy'],
  latency: ['latency'],
  bytes: ['file'],
  epochs: ['epochs'],
}
/** Shown only where a report does not choose the columns. */
const UNASKED = 'validation %'

/** Rows as a person reads them: the figures that a report asks for in its order, or the usual ones. */
export function describeRows(rows: readonly Row[], report: Report = {}): string {
  const { table } = completeReport(report)
  const figures = new Set(Object.values(HEADS).flat())
  const label = COLUMNS.filter(({ head }) => !figures.has(head) && head !== 'job')
  const asked = table.flatMap((metric) => HEADS[metric]).filter((head) => !report.table || head !== UNASKED)
  const shown = asked.flatMap((head) => COLUMNS.filter((column) => column.head === head))
  const job = COLUMNS.filter(({ head }) => head === 'job')
  const bounds = rows.some(({ budgets }) => budgets.length > 0) ? [BOUNDS] : []
  return (
    renderTable([...label, ...shown, ...bounds, ...job], rows) + (table.includes('connectivity') ? DEFINITIONS : '')
  )
}

/** The rows of each experiment, data set and network by what a report ranks, the best first. */
export function rankRows(rows: readonly Row[], { rank }: Report = {}): Row[] {
  const sorted = sortRows(rows)
  if (rank === undefined) return sorted
  const figure = FIGURES[rank]
  return sorted.toSorted((a, b) => compareWhere(a, b) || compareMetric(rank, figure(a), figure(b)))
}

/** By experiment, data and network, the dense rows first, then by target from many connections to few, method and seed. */
export function sortRows(rows: readonly Row[]): Row[] {
  const key = ({ variant }: Row) => JSON.stringify(variant)
  return rows.toSorted(
    (a, b) =>
      compareWhere(a, b) ||
      (b.node ?? 2) - (a.node ?? 2) ||
      a.index - b.index ||
      compare(a.method, b.method) ||
      compare(key(a), key(b)) ||
      a.seed - b.seed ||
      compare(a.job, b.job),
  )
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const compareWhere = (a: Row, b: Row) =>
  compare(a.experiment, b.experiment) || compare(a.dataset, b.dataset) || compare(a.network, b.network)
