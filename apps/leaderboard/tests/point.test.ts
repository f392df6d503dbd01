import { ENERGY_45NM } from '@snnx/ir'
import { expect, test } from 'vitest'
import { gatherBoards } from '../src/board/board.ts'
import { gatherPoints, type Point, rankPoints } from '../src/board/point.ts'
import { spreadOf } from '../src/board/spread.ts'
import { inventCampaign, inventResult, TARGETS } from './fixture.ts'

/** A record whose first node has this many right answers of 10,000, and its dense network `dense`. */
function withAccuracy(method: 'minimax' | 'gradual', seed: number, correct: number, dense = 9000) {
  const result = inventResult({ method, seed })
  result.dense = { correct: dense, total: 10_000 }
  result.nodes = [{ ...result.nodes[0]!, test: { correct, total: 10_000 } }]
  return result
}

const find = (points: Point[], method: string, target: number | null = 0.25) =>
  points.find((point) => point.method === method && point.target === target)!

test('a spread is mean, least, greatest, sample deviation and interval', () => {
  const { interval, ...rest } = spreadOf([2, 4, 9])
  expect(rest).toEqual({ n: 3, mean: 5, min: 2, max: 9, deviation: Math.sqrt(13) })
  expect(interval![1]).toBeCloseTo(5 + 4.302653 * Math.sqrt(13 / 3), 5)
  expect(spreadOf([7])).toEqual({ n: 1, mean: 7, min: 7, max: 7, deviation: null, interval: null })
})

test('seeds of equal jobs make one point, each compared with the dense network of its own seed', () => {
  const results = [
    withAccuracy('minimax', 2, 8960, 8900),
    withAccuracy('minimax', 0, 8900),
    withAccuracy('minimax', 1, 8930),
  ]
  const [point, ...others] = gatherPoints(results)
  expect(others).toEqual([])
  expect(point!.replicates.map(({ seed }) => seed)).toEqual([0, 1, 2])
  expect(point!.accuracy.mean).toBeCloseTo(89.3, 12)
  expect(point!.accuracy).toMatchObject({ n: 3, min: 89, max: 89.6 })
  expect(point!.accuracy.deviation).toBeCloseTo(0.3, 12)
  expect(point!.change.mean).toBeCloseTo((-1 - 0.7 + 0.6) / 3, 12)
})

test('other values of the job make other points, whatever they are called', () => {
  const points = gatherPoints([
    inventResult({ method: 'minimax', seed: 0, mask: 'soft' }),
    inventResult({ method: 'minimax', seed: 0, mask: 'hard' }),
    inventResult({ method: 'minimax', seed: 0, steps: 4 }),
  ])
  expect(points).toHaveLength(3 * TARGETS.length)
  expect(new Set(points.map(({ setup }) => setup)).size).toBe(2)
})

test('a job recorded in two experiments counts once', () => {
  const twice = [
    inventResult({ method: 'dense', seed: 0, experiment: 'b' }),
    inventResult({ method: 'dense', seed: 0, experiment: 'a' }),
  ]
  const [point] = gatherPoints(twice)
  expect(point!.accuracy.n).toBe(1)
  expect(point!.replicates[0]!.experiment).toBe('a')
})

test('times of different machines are not averaged', () => {
  const [one, other] = [inventResult({ method: 'dense', seed: 0 }), inventResult({ method: 'dense', seed: 1 })]
  one.nodes[0]!.latency.compressed.single.medianMs = 0.4
  other.nodes[0]!.latency.compressed.single.medianMs = 0.5
  expect(gatherPoints([one, other])[0]!.latencyMs!.mean).toBeCloseTo(0.45, 12)
  other.machine = { ...other.machine, cpu: 'Invented CPU 2' }
  expect(gatherPoints([one, other])[0]!.latencyMs).toBeNull()
})

test('energies by different models are not averaged, and a board lists its models, the most used first', () => {
  const results = [0, 1, 2].map((seed) => inventResult({ method: 'dense', seed }))
  const other = { name: 'a chip', source: 'its maker', picojoulePerMac: 1, picojoulePerAc: 0.5 }
  const [before] = gatherBoards(results)
  expect(before!.energyModels).toEqual([ENERGY_45NM])
  expect(before!.points[0]!.energyPJ).toMatchObject({ n: 3 })
  results[0]!.energyModel = other
  const [board] = gatherBoards(results)
  expect(board!.energyModels).toEqual([ENERGY_45NM, other])
  expect(board!.points[0]).toMatchObject({ energyPJ: null, energyModels: [ENERGY_45NM, other] })
})

test('a difference whose interval holds 0 ties, a sure one does not, one seed is never ranked', () => {
  const minimax = [8900, 8910, 8920].map((correct, seed) => withAccuracy('minimax', seed, correct))
  // Differences of -0.05, 0.05 and -0.1 points, then of -1, -0.95 and -1.05.
  const close = [8895, 8915, 8910].map((correct, seed) => withAccuracy('gradual', seed, correct))
  const far = [8800, 8815, 8815].map((correct, seed) => withAccuracy('gradual', seed, correct))
  const tie = gatherPoints([...minimax, ...close])
  expect([find(tie, 'minimax').standing, find(tie, 'gradual').standing]).toEqual(['tied', 'tied'])
  const clear = gatherPoints([...minimax, ...far])
  expect([find(clear, 'minimax').standing, find(clear, 'gradual').standing]).toEqual(['best', 'behind'])
  expect(find(clear, 'minimax').lag).toBeNull()
  const { mean, deviation, interval } = find(clear, 'gradual').lag!
  expect(mean).toBeCloseTo(-1, 9)
  expect(deviation).toBeCloseTo(0.05, 9)
  expect(interval![1]).toBeCloseTo(-1 + (4.302653 * 0.05) / Math.sqrt(3), 5)
  const single = gatherPoints([...minimax, withAccuracy('gradual', 0, 9999)])
  expect([find(single, 'minimax').standing, find(single, 'gradual').standing]).toEqual(['single', 'single'])
  expect(gatherPoints(minimax)[0]!.standing).toBe('alone')
})

test('boards: one a data set, dense first, then from dense to sparse and by accuracy', () => {
  const [board, small] = gatherBoards(inventCampaign())
  expect([board!.facts.name, small!.facts.name]).toEqual(['fashion_mnist', 'fashion_mini'])
  expect(board!.points.map(({ target }) => target)).toEqual([
    null,
    ...TARGETS.flatMap((target) => [target, target, target]),
  ])
  for (const target of TARGETS) {
    const means = board!.points.filter((point) => point.target === target).map(({ accuracy }) => accuracy.mean)
    expect(means).toEqual(means.toSorted((one, other) => other - one))
  }
  expect(board).toMatchObject({
    runs: 12,
    methods: ['dense', 'magnitude', 'gradual', 'minimax'],
    experiments: ['invented'],
  })
  expect(board!.setups).toHaveLength(1)
  expect(board!.setups[0]!.dense.n).toBe(3)
})

test('set-ups with the same name are numbered', () => {
  const [board] = gatherBoards([
    inventResult({ method: 'dense', seed: 0 }),
    inventResult({ method: 'dense', seed: 0, steps: 4 }),
  ])
  expect(board!.setups.map(({ label }) => label)).toEqual(['mlp 1', 'mlp 2'])
})

test('synapses are of all seeds or of none', () => {
  const results = [0, 1].map((seed) => inventResult({ method: 'minimax', seed }))
  expect(gatherPoints(results)[0]!.synapses!.n).toBe(2)
  for (const layer of results[1]!.nodes[0]!.layers) delete layer.synapses
  expect(gatherPoints(results)[0]!.synapses).toBeNull()
  expect(gatherPoints([inventResult({ method: 'gradual', seed: 0 })])[0]!.synapses).toBeNull()
  expect(gatherPoints([inventResult({ method: 'dense', seed: 0 })])[0]!.synapses!.mean).toBe(1)
})

test('by a metric, the best comes first, and what has no figure last', () => {
  const results = [0, 1].flatMap((seed) => [withAccuracy('minimax', seed, 8900), withAccuracy('gradual', seed, 8950)])
  results[0]!.energyModel = { name: 'a chip', source: 'its maker', picojoulePerMac: 1, picojoulePerAc: 0.5 }
  const points = gatherPoints(results)
  const order = (metric: Parameters<typeof rankPoints>[1]) => rankPoints(points, metric).map(({ method }) => method)
  expect(order('accuracy')).toEqual(['gradual', 'minimax'])
  expect(order('energy')).toEqual(['gradual', 'minimax'])
  expect(order(null)).toEqual(points.map(({ method }) => method))
})

test('bounds are summed up over seeds as shares, each of the bound of its own dense network', () => {
  const results = [0, 1].map((seed) => withAccuracy('minimax', seed, 8900))
  const measured = [80, 210]
  for (const [index, { nodes }] of results.entries())
    nodes[0]!.budgets = [{ resource: 'synops', bound: 100 * (index + 1), modelled: 1, measured: measured[index]! }]
  const [point] = gatherPoints(results)
  expect(point!.budgets).toMatchObject([{ resource: 'synops', met: 1, share: { n: 2, min: 0.8, max: 1.05 } }])
})
