import {
  compareMetric,
  type EnergyModel,
  type Method,
  type Metric,
  type Paired,
  type Resource,
  type Result,
  type ResultNode,
  type Row,
  rowsOf,
  summarisePairs,
} from '@snnx/ir'
import { bindUnits } from '../format/number.ts'
import { listModels } from './energy.ts'
import { type Spread, spreadOf } from './spread.ts'

/** One seed's part in a point. */
export interface Replicate {
  seed: number
  job: string
  experiment: string
  accuracy: number
}

/**
 * How a point stands among those of the same set-up and target. `behind`: less accurate than the best, with 95 % confidence;
 * `single`: too few seeds in common with it to say.
 */
export type Standing = 'best' | 'tied' | 'behind' | 'single' | 'alone'

/** A bound of another resource than connectivity, and what was measured of it. */
export interface BudgetSpread {
  resource: Resource
  /** What was measured as a share of the bound. */
  share: Spread
  /** How many seeds met it. */
  met: number
}

/** A network at a target connectivity: the mean over the seeds of otherwise equal jobs. */
export interface Point {
  key: string
  /** Equal for points that start from the same dense training, seeds aside. */
  setup: string
  /** Equal for the points of one walk over the targets. */
  series: string
  method: Method
  variant: Row['variant']
  target: number | null
  /** Its place among the nodes of its walk, from 0. */
  index: number
  /** What it had to meet, in words. */
  goal: string
  replicates: Replicate[]
  budgets: BudgetSpread[]
  connectivity: Spread
  /** The share of synapses that remains; `null` when the record of a seed does not have it. */
  synapses: Spread | null
  accuracy: Spread
  dense: Spread
  /** Accuracy less that of the dense network of the same seed, in points. */
  change: Spread
  /** Accuracy less that of the best point of the same set-up and target, over the seeds that both have. */
  lag: Paired | null
  flops: Spread
  synops: Spread
  /** `null` when the seeds' records use different energy models, whose figures have no common mean. */
  energyPJ: Spread | null
  energyModels: EnergyModel[]
  /** `null` when the seeds ran on different machines, whose times have no common mean. */
  latencyMs: Spread | null
  machines: string[]
  bytes: Spread
  /** How many times smaller than the same tensors stored dense. */
  shrink: Spread
  epochs: Spread
  backend: string
  standing: Standing
}

/** Names the machine that a record's times were measured on. */
export function nameMachine({ machine }: Result): string {
  return `${machine.cpu}, ${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}, ${machine.os}, Node ${machine.node}`
}

/**
 * Groups the nodes of records over seeds; a job recorded in several experiments counts once.
 *
 * @returns points in reading order: dense first, then by target from dense to sparse, the most accurate first
 */
export function gatherPoints(results: readonly Result[]): Point[] {
  const groups = new Map<string, Sample[]>()
  for (const result of uniqueJobs(results)) {
    for (const [index, row] of rowsOf(result).entries()) {
      const key = `${row.series}/${index}`
      const samples = groups.get(key) ?? []
      samples.push({ result, row, node: result.nodes[index]! })
      groups.set(key, samples)
    }
  }
  const points = [...groups].map(([key, samples]) => summarise(key, samples)).sort(compareForReading)
  for (const point of points) Object.assign(point, judge(point, points))
  return points
}

/** The points by a metric, the best first, those without it last; in reading order without one. */
export function rankPoints(points: readonly Point[], metric: Metric | null): Point[] {
  if (metric === null) return [...points]
  const figure = (point: Point) => figureOf(point, metric)?.mean ?? null
  return points.toSorted((one, other) => {
    const [left, right] = [figure(one), figure(other)]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    return compareMetric(metric, left, right)
  })
}

/** The figure of a point that a metric means. */
export function figureOf(point: Point, metric: Metric): Spread | null {
  if (metric === 'energy') return point.energyPJ
  return metric === 'latency' ? point.latencyMs : point[metric]
}

/** Records with each job once, the first by experiment kept. */
export function uniqueJobs(results: readonly Result[]): Result[] {
  const jobs = new Map<string, Result>()
  for (const result of results) {
    const held = jobs.get(result.hash)
    if (held === undefined || result.experiment < held.experiment) jobs.set(result.hash, result)
  }
  return [...jobs.values()]
}

interface Sample {
  result: Result
  row: Row
  node: ResultNode
}

function summarise(key: string, unordered: readonly Sample[]): Point {
  const samples = unordered.toSorted((one, other) => one.row.seed - other.row.seed)
  const { row } = samples[0]!
  const spread = (of: (sample: Sample) => number) => spreadOf(samples.map(of))
  const machines = [...new Set(samples.map((sample) => nameMachine(sample.result)))]
  const energyModels = listModels(samples.map((sample) => sample.result.energyModel))
  return {
    key,
    setup: row.setup,
    series: row.series,
    method: row.method,
    variant: row.variant,
    target: row.node,
    index: row.index,
    goal: bindUnits(row.goal),
    replicates: samples.map(({ row: { seed, job, experiment, testAccuracy } }) => ({
      seed,
      job,
      experiment,
      accuracy: testAccuracy,
    })),
    budgets: spreadBudgets(samples.map((sample) => sample.row.budgets)),
    connectivity: spread((sample) => sample.row.connectivity),
    synapses: spreadOfAll(samples.map((sample) => sample.row.synapticConnectivity)),
    accuracy: spread((sample) => sample.row.testAccuracy),
    dense: spread((sample) => sample.row.denseAccuracy),
    change: spread((sample) => sample.row.testAccuracy - sample.row.denseAccuracy),
    lag: null,
    flops: spread((sample) => sample.row.flops),
    synops: spread((sample) => sample.row.synops),
    energyPJ: energyModels.length === 1 ? spread((sample) => sample.row.energyPJ) : null,
    energyModels,
    latencyMs: machines.length === 1 ? spread((sample) => sample.row.latencyMs) : null,
    machines,
    bytes: spread((sample) => sample.row.bytes),
    shrink: spread(({ node }) => node.weights.denseBytes / Math.max(1, node.weights.bytes)),
    epochs: spread((sample) => sample.row.epochs),
    backend: row.backend,
    standing: 'alone',
  }
}

/** Seeds of one point have the same bounds, each of its own dense network. */
function spreadBudgets(bySeed: readonly Row['budgets'][]): BudgetSpread[] {
  return bySeed[0]!.map(({ resource }, index) => {
    const shares = bySeed.map((budgets) => budgets[index]!.measured / budgets[index]!.bound)
    return { resource, share: spreadOf(shares), met: shares.filter((share) => share <= 1).length }
  })
}

function spreadOfAll(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null)
  return known.length === values.length ? spreadOf(known) : null
}

/**
 * A point is behind the best when the 95 % interval of their difference, seed by seed, is below 0; else it is tied with it. The
 * best is sought among the points of several seeds, and a point of one seed is never ranked.
 */
function judge(point: Point, points: readonly Point[]): Pick<Point, 'standing' | 'lag'> {
  const rivals = points.filter(({ setup, goal }) => setup === point.setup && goal === point.goal)
  if (rivals.length === 1) return { standing: 'alone', lag: null }
  const ranked = rivals.filter(({ accuracy }) => accuracy.n > 1)
  if (ranked.length === 0) return { standing: 'single', lag: null }
  const best = ranked.reduce((top, rival) => (rival.accuracy.mean > top.accuracy.mean ? rival : top))
  if (point === best) {
    const standings = ranked.filter((rival) => rival !== best).map((rival) => standOf(lagOf(rival, best)))
    const standing = standings.includes('tied') ? 'tied' : standings.includes('behind') ? 'best' : 'single'
    return { standing, lag: null }
  }
  const lag = lagOf(point, best)
  return { standing: standOf(lag), lag }
}

function lagOf(point: Point, best: Point): Paired | null {
  const bySeed = ({ replicates }: Point) => new Map(replicates.map(({ seed, accuracy }) => [seed, accuracy]))
  return summarisePairs(bySeed(point), bySeed(best))
}

function standOf(lag: Paired | null): Standing {
  if (!lag?.interval) return 'single'
  return lag.interval[1] < 0 ? 'behind' : 'tied'
}

function compareForReading(one: Point, other: Point): number {
  const size = ({ target }: Point) => target ?? Number.POSITIVE_INFINITY
  return (
    size(other) - size(one) || // NaN for two dense points, which then go by accuracy
    one.index - other.index ||
    one.goal.localeCompare(other.goal) ||
    other.accuracy.mean - one.accuracy.mean ||
    one.key.localeCompare(other.key)
  )
}
