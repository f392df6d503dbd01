import type { Row } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { describeRows, rankRows } from '../src/row-table.ts'

const row = (method: Row['method'], node: number | null, testAccuracy: number, synops: number): Row => ({
  experiment: 'a',
  dataset: 'mnist',
  network: 'mlp',
  method,
  seed: 0,
  node,
  connectivity: node ?? 1,
  synapticConnectivity: null,
  testAccuracy,
  validationAccuracy: 90,
  denseAccuracy: 95,
  flops: 1000,
  synops,
  energyPJ: 1e6,
  latencyMs: 1,
  bytes: 1000,
  epochs: 5,
  macs: 1,
  acs: 2,
  computedFlops: 3,
  activationSparsity: 0.9,
  backend: 'cpu',
  job: `${method}0000000000`,
  series: method,
  setup: 'x',
  variant: {},
  index: 0,
  goal: '5 %',
  budgets: [],
})
const ROWS = [row('dense', null, 95, 900), row('minimax', 0.1, 94, 300), row('gradual', 0.1, 96, 100)]
const methods = (rows: readonly Row[]) => rows.map(({ method }) => method)

describe('what a report block asks for', () => {
  it('orders the rows: the most accurate first, of any other figure the least', () => {
    expect(methods(rankRows(ROWS))).toEqual(['dense', 'gradual', 'minimax'])
    expect(methods(rankRows(ROWS, { rank: 'accuracy' }))).toEqual(['gradual', 'dense', 'minimax'])
    expect(methods(rankRows(ROWS, { rank: 'synops' }))).toEqual(['gradual', 'minimax', 'dense'])
  })

  it('chooses the columns and their order', () => {
    const [head, first] = describeRows(ROWS, { table: ['synops', 'accuracy'] }).split('\n')
    expect(head!.split(/ {2,}/)).toEqual([
      'experiment',
      'data',
      'network',
      'method',
      'seed',
      'SynOps',
      'test %',
      'dense %',
      'job',
    ])
    expect(first).toContain('900')
    const usual = ['connectivity', 'test %', 'validation %', 'dense %', 'epochs', 'MACs', 'SynOps', 'energy', 'latency']
    expect(describeRows(ROWS).split('\n')[0]!.split(/ {2,}/).slice(5)).toEqual([...usual, 'file', 'job'])
  })
})
