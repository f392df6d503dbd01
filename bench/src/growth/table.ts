import type { Machine } from '../machine.ts'
import { describeMachine, tableOf } from '../table.ts'
import { AXES, type Axis, type Grown, SERIES, shownValue } from './point.ts'

/** The points as Markdown: one table an axis, with the plot above. */
export function renderGrowth(grown: readonly Grown[], machine: Machine, date: string): string {
  const tables = (Object.keys(AXES) as Axis[]).flatMap((axis) => {
    const points = grown.filter((of) => of.axis === axis)
    const values = [...new Set(points.map(({ value }) => value))]
    const lines = SERIES.filter((series) => points.some((of) => of.series === series))
    const rows = values.map((value) => {
      const at = points.filter((of) => of.value === value)
      const costs = lines.map((series) => at.find((of) => of.series === series)?.msPerStep)
      const rates = at.map(({ rate }) => (100 * rate).toPrecision(2)).join(', ')
      return [String(shownValue(axis, value)), ...costs.map((ms) => (ms ? formatMs(ms) : '-')), rates]
    })
    const header = [AXES[axis].title, ...lines.map((series) => `${series}, ms`), 'Measured firing rate, %']
    return [`## ${AXES[axis].title}`, '', ...tableOf(header, rows), '']
  })
  return [
    '# How the cost of a step grows',
    '',
    `Machine: ${describeMachine(machine)}. Measured ${date}.`,
    '',
    'Milliseconds of a training step of `cifar10net`, from width 64, batch 16, 8 time steps and 10 % firing, one thing varied at',
    'a time; compressing and fine-tuning at 5 % of the connections.',
    '',
    '![Cost of a step against each of them](growth.svg)',
    '',
    ...tables,
  ].join('\n')
}

const formatMs = (ms: number) => Number(ms.toPrecision(3)).toLocaleString('en-US')
