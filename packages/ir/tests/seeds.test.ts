import { describe, expect, it } from 'vitest'
import { compareSeries, type Result, type Row, rowsOf, summariseSeeds } from '../src/index.ts'
import { record } from './sample.ts'

/** The sample's row with other training at its node, another seed, and this many right answers of 40. */
function rowOf(finetune: number, seed: number, correct: number, change: Partial<Row> = {}): Row {
  const { compress } = record.job
  const result: Result = {
    ...record,
    job: { ...record.job, seed, compress: { ...compress!, finetune } },
    nodes: [{ ...record.nodes[0]!, test: { correct, total: 40 } }],
  }
  return { ...rowsOf(result)[0]!, ...change }
}

describe('summariseSeeds', () => {
  it('joins seeds, keeps apart what else differs', () => {
    const rows = [rowOf(3, 2, 36), rowOf(3, 0, 34), rowOf(9, 0, 30), rowOf(3, 1, 35)]
    const [one, other, ...rest] = summariseSeeds(rows)
    expect(rest).toEqual([])
    expect(one).toMatchObject({ seeds: [0, 1, 2], method: 'minimax', node: 0.25 })
    expect(one!.figures.testAccuracy).toMatchObject({ n: 3, mean: 87.5, deviation: 2.5 })
    expect(one!.figures.testAccuracy!.interval![1]).toBeCloseTo(87.5 + (4.302653 * 2.5) / Math.sqrt(3), 5)
    expect(one!.change).toMatchObject({ mean: -2.5 })
    expect(other).toMatchObject({ seeds: [0], figures: { testAccuracy: { n: 1, mean: 75, interval: null } } })
  })

  it('has no mean of a figure that a seed lacks', () => {
    const rows = [rowOf(3, 0, 34, { synapticConnectivity: 0.2 }), rowOf(3, 1, 34)]
    expect(summariseSeeds(rows)[0]!.figures.synapticConnectivity).toBeNull()
    const known = rows.map((row) => ({ ...row, synapticConnectivity: 0.2 }))
    expect(summariseSeeds(known)[0]!.figures.synapticConnectivity).toMatchObject({ n: 2, mean: 0.2 })
  })
})

describe('compareSeries', () => {
  it('is seed by seed, against the best of the node', () => {
    const rows = [rowOf(3, 0, 34), rowOf(3, 1, 36), rowOf(9, 0, 32), rowOf(9, 1, 34), rowOf(9, 2, 40)]
    const [difference, ...rest] = compareSeries(rows)
    expect(rest).toEqual([])
    expect(difference!.series).toBe(rows[0]!.series)
    expect(difference!.against.series).toBe(rows[2]!.series) // 88.3 % on average, but 5 points less on common seeds
    expect(difference!.accuracy).toEqual({ seeds: [0, 1], n: 2, mean: 5, deviation: 0, interval: [5, 5] })
  })

  it('takes no series of one seed for the best, but compares it', () => {
    const rows = [rowOf(3, 0, 30), rowOf(3, 1, 32), rowOf(9, 0, 40)]
    expect(compareSeries(rows)).toMatchObject([
      { series: rows[2]!.series, accuracy: { n: 1, mean: 25, interval: null } },
    ])
    expect(compareSeries(rows.slice(1))).toEqual([])
  })

  it('compares only within a node and a set-up, and nothing without common seeds', () => {
    const pair = [rowOf(3, 0, 30), rowOf(3, 1, 32)]
    expect(compareSeries([...pair, rowOf(9, 0, 40, { node: 0.1, goal: '10 %' })])).toEqual([])
    expect(compareSeries([...pair, rowOf(9, 0, 40, { setup: 'another' })])).toEqual([])
    expect(compareSeries([...pair, rowOf(9, 5, 40)])).toEqual([])
    expect(compareSeries(pair.map((row) => ({ ...row, node: null })))).toEqual([])
  })
})
