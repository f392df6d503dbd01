import { RATE } from '../case.ts'
import type { Workload } from '../workload.ts'

/** What is varied. */
export const AXES = {
  steps: { title: 'Time steps', values: [2, 4, 8, 16] },
  batch: { title: 'Batch', values: [8, 16, 32, 64] },
  width: { title: 'Width', values: [16, 32, 64, 128] },
  rate: { title: 'Firing rate, %', values: [0.02, 0.05, 0.1, 0.2, 0.4] },
  connectivity: { title: 'Connectivity, %', values: [1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.007] },
} as const

export type Axis = keyof typeof AXES

/** The kinds of step that are compared along an axis. */
export const SERIES = ['dense', 'compressing', 'fine-tuning'] as const
export type Series = (typeof SERIES)[number]

/** One point to be timed. */
export interface Point {
  axis: Axis
  value: number
  series: Series
  workload: Workload
}

/** What is measured of it. */
export interface Grown {
  axis: Axis
  value: number
  series: Series
  msPerStep: number
  /** Mean over layers of neurons. */
  rate: number
}

/** The network from which one thing at a time is varied; compressed it has a twentieth of its connections. */
const BASE: Workload = {
  network: 'cifar10net',
  width: 64,
  steps: 8,
  batch: 16,
  task: 'train',
  connectivity: 1,
  rate: RATE,
}
const SPARSE = 0.05

const TASK = { dense: 'train', compressing: 'compress', 'fine-tuning': 'finetune' } as const

/** All points: along the connectivity those that are compressed, along everything else dense and fine-tuning. */
export const POINTS: readonly Point[] = (Object.keys(AXES) as Axis[]).flatMap((axis) =>
  seriesOf(axis).flatMap((series) =>
    AXES[axis].values
      .filter((value) => axis !== 'connectivity' || value < 1 === (series !== 'dense'))
      .map((value): Point => {
        const connectivity = series === 'dense' ? 1 : SPARSE
        return { axis, value, series, workload: { ...BASE, task: TASK[series], connectivity, [axis]: value } }
      }),
  ),
)

function seriesOf(axis: Axis): readonly Series[] {
  return axis === 'connectivity' ? SERIES : ['dense', 'fine-tuning']
}

/** The value as its axis shows it: shares in percent. */
export function shownValue(axis: Axis, value: number): number {
  return axis === 'rate' || axis === 'connectivity' ? Number((100 * value).toPrecision(3)) : value
}
