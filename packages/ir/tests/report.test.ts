import { expect, it } from 'vitest'
import { compareMetric, completeReport, METRICS, type Metric } from '../src/index.ts'

it('what a report does not say is as usual, what it says stays', () => {
  const usual = completeReport()
  expect(usual).toMatchObject({ rank: null, plot: { x: 'connectivity', y: 'accuracy', group: 'compress' } })
  expect(usual.table.toSorted()).toEqual(Object.keys(METRICS).toSorted())
  const plot = { kind: 'pareto', x: 'synops', y: 'energy' } as const
  const table: Metric[] = ['latency']
  const some = completeReport({ rank: 'flops', plot, table })
  expect(some).toEqual({ rank: 'flops', plot: { x: 'synops', y: 'energy', group: 'compress' }, table })
})

it('the most accurate is the best, of anything else the least', () => {
  expect([90, 95].sort((one, other) => compareMetric('accuracy', one, other))).toEqual([95, 90])
  expect([90, 95].sort((one, other) => compareMetric('synops', one, other))).toEqual([90, 95])
})
