import {
  compareSeries,
  type Difference,
  type Figure,
  type Row,
  type SeedSummary,
  type Summary,
  summariseSeeds,
} from '@snnx/ir'
import { formatAccuracy, formatChange, formatCount, formatNumber, formatShare, formatVariant } from './format.ts'
import { type Column, renderTable } from './table.ts'

const LABEL: readonly Column<SeedSummary | Difference>[] = [
  { head: 'experiment', cell: (of) => of.experiment },
  { head: 'data', cell: (of) => of.dataset },
  { head: 'network', cell: (of) => of.network },
  { head: 'method', cell: (of) => of.method },
  { head: 'values', cell: ({ variant }) => formatVariant(variant) },
  { head: 'node', cell: ({ goal }) => goal, numeric: true },
]

const mean = (head: string, figure: Figure, format: (value: number) => string): Column<SeedSummary> => ({
  head,
  cell: ({ figures }) => (figures[figure] === null ? '' : format(figures[figure].mean)),
  numeric: true,
})

const SUMMARY: readonly Column<SeedSummary>[] = [
  ...LABEL,
  { head: 'seeds', cell: ({ seeds }) => String(seeds.length), numeric: true },
  mean('connectivity', 'connectivity', formatShare),
  mean('synapses', 'synapticConnectivity', formatShare),
  { head: 'test %', cell: ({ figures }) => formatSpread(figures.testAccuracy!), numeric: true },
  {
    head: '95 % interval',
    cell: ({ figures }) => formatInterval(figures.testAccuracy!, formatAccuracy),
    numeric: true,
  },
  {
    head: 'against dense',
    cell: ({ node, change }) => (node === null ? '' : formatChange(change.mean)),
    numeric: true,
  },
  {
    head: '95 % interval',
    cell: ({ node, change }) => (node === null ? '' : formatInterval(change, formatChange)),
    numeric: true,
  },
  mean('SynOps', 'synops', formatCount),
  mean('energy', 'energyPJ', (value) => `${formatNumber(value / 1e6)} uJ`),
  mean('latency', 'latencyMs', (value) => `${formatNumber(value)} ms`),
]

const DIFFERENCES: readonly Column<Difference>[] = [
  ...LABEL,
  {
    head: 'against',
    cell: ({ against: { method, variant } }) =>
      [method, formatVariant(variant)].filter((part) => part !== '').join(', '),
  },
  { head: 'seeds', cell: ({ accuracy }) => String(accuracy.n), numeric: true },
  { head: 'points', cell: ({ accuracy }) => formatChange(accuracy.mean), numeric: true },
  { head: '95 % interval', cell: ({ accuracy }) => formatInterval(accuracy, formatChange), numeric: true },
]

/** Rows over their seeds: one line for each job and node, and each method against the most accurate one. */
export function describeSeeds(rows: readonly Row[]): string {
  const differences = compareSeries(rows)
  return [
    'over seeds: mean and standard deviation, and the 95 % interval of the mean\n\n',
    renderTable(SUMMARY, summariseSeeds(rows)),
    ...(differences.length === 0
      ? []
      : [
          '\nagainst the most accurate at the same node, in points of test accuracy: mean difference, seed by seed\n\n',
          renderTable(DIFFERENCES, differences),
        ]),
  ].join('')
}

/** Whether any job was run with several seeds. */
export function haveSeeds(rows: readonly Row[]): boolean {
  return summariseSeeds(rows).some(({ seeds }) => seeds.length > 1)
}

function formatSpread({ mean, deviation }: Summary): string {
  return deviation === null ? formatAccuracy(mean) : `${formatAccuracy(mean)} ± ${formatAccuracy(deviation)}`
}

function formatInterval({ interval }: Summary, format: (value: number) => string): string {
  return interval === null ? '' : `${format(interval[0])} to ${format(interval[1])}`
}
