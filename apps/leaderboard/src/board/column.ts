import type { Metric } from '@snnx/ir'
import type { Board } from './board.ts'

type Figure = Metric | 'synapses' | 'change' | 'lag'

/** A column of a board's table. */
export interface Column {
  key: Figure | 'method' | 'node' | 'runs' | 'bounds' | 'network' | 'backend'
  title: string
  unit?: string
  numeric: boolean
  /** The way in which it is sorted first, the best or most telling on top. */
  first: 'ascending' | 'descending'
}

const figure = (key: Figure, title: string, unit?: string, first: Column['first'] = 'ascending'): Column => ({
  key,
  title,
  ...(unit !== undefined && { unit }),
  numeric: true,
  first,
})

const label = (key: Column['key'], title: string, unit?: string): Column => ({
  ...figure('accuracy', title, unit),
  key,
  numeric: false,
})

/** The columns of each metric: what it is, and what only compares with it. */
const FIGURES: Readonly<Record<Metric, readonly Column[]>> = {
  accuracy: [
    figure('accuracy', 'Accuracy', '%, ± 95 % interval', 'descending'),
    figure('change', 'Against dense', 'points, ± 95 %', 'descending'),
    figure('lag', 'Against best', 'points, ± 95 %', 'descending'),
  ],
  connectivity: [
    figure('connectivity', 'Connectivity', 'of weights'),
    figure('synapses', 'Synapses', 'share of them left'),
  ],
  flops: [figure('flops', 'FLOPs')],
  synops: [figure('synops', 'SynOps')],
  energy: [figure('energy', 'Energy')],
  latency: [figure('latency', 'Latency')],
  bytes: [figure('bytes', 'Weights file')],
  epochs: [figure('epochs', 'Epochs', 'after dense')],
}

/** What a table shows: who made a row, the metrics asked for in their order, and what else the board can tell. */
export function listColumns({ points, setups }: Board, table: readonly Metric[]): Column[] {
  const compared = points.some(({ lag }) => lag !== null)
  const bounded = points.some(({ budgets }) => budgets.length > 0)
  return [
    label('method', 'Method'),
    label('node', 'Node', 'what may remain'),
    { ...label('runs', 'Runs', 'by seed'), first: 'descending' },
    ...[...new Set(table)].flatMap((metric) => FIGURES[metric]).filter(({ key }) => key !== 'lag' || compared),
    ...(bounded ? [label('bounds', 'Bounds', 'measured, of the bound')] : []),
    ...(setups.length > 1 ? [label('network', 'Network')] : []),
    ...(new Set(points.map(({ backend }) => backend)).size > 1 ? [label('backend', 'Backend')] : []),
  ]
}
