import type { Row } from './row.ts'
import { type Paired, type Summary, summarise, summarisePairs } from './statistics.ts'

/** The figures of a row that have a mean over seeds. */
export const FIGURES = [
  'connectivity',
  'synapticConnectivity',
  'testAccuracy',
  'validationAccuracy',
  'denseAccuracy',
  'flops',
  'synops',
  'energyPJ',
  'latencyMs',
  'bytes',
  'epochs',
  'activationSparsity',
] as const
export type Figure = (typeof FIGURES)[number]

/** What rows of one series have in common. */
export type SeriesLabel = Pick<
  Row,
  'experiment' | 'dataset' | 'network' | 'method' | 'node' | 'goal' | 'variant' | 'backend' | 'series' | 'setup'
>

/** One point of a series over its seeds. */
export interface SeedSummary extends SeriesLabel {
  seeds: number[]
  jobs: string[]
  /** `null` where a seed's record does not have the figure. */
  figures: Record<Figure, Summary | null>
  /** Test accuracy less that of the dense network of the same seed, in points. */
  change: Summary
}

/** How much more accurate one series is than the best one of its set-up and node, in points. */
export interface Difference extends SeriesLabel {
  against: Pick<Row, 'method' | 'variant' | 'series'>
  /** Negative where it is less accurate. */
  accuracy: Paired
}

/** Rows that differ in their seeds alone as one, in the order in which the first of each comes. */
export function summariseSeeds(rows: readonly Row[]): SeedSummary[] {
  return groupSeeds(rows).map((members) => ({
    ...labelOf(members[0]!),
    seeds: members.map(({ seed }) => seed),
    jobs: members.map(({ job }) => job),
    figures: Object.fromEntries(FIGURES.map((figure) => [figure, summariseFigure(members, figure)])) as Record<
      Figure,
      Summary | null
    >,
    change: summarise(members.map((row) => row.testAccuracy - row.denseAccuracy)),
  }))
}

/**
 * Every compressed series against the most accurate one of the same set-up and node, seed by seed. The best one is sought
 * among those of several seeds; where there is none, nothing is compared.
 */
export function compareSeries(rows: readonly Row[]): Difference[] {
  const groups = groupSeeds(rows).filter(([row]) => row!.node !== null)
  const nodes = groupBy(groups, ([row]) => JSON.stringify([row!.setup, row!.experiment, row!.goal]))
  return [...nodes.values()].flatMap((rivals) => {
    const several = rivals.filter(({ length }) => length > 1)
    if (several.length === 0) return []
    const best = several.reduce((top, rival) => (meanAccuracy(rival) > meanAccuracy(top) ? rival : top))
    const { method, variant, series } = best[0]!
    return rivals.flatMap((rival): Difference[] => {
      const accuracy = rival === best ? null : summarisePairs(accuracyBySeed(rival), accuracyBySeed(best))
      return accuracy ? [{ ...labelOf(rival[0]!), against: { method, variant, series }, accuracy }] : []
    })
  })
}

function groupSeeds(rows: readonly Row[]): Row[][] {
  const groups = groupBy(rows, ({ experiment, series, index }) => JSON.stringify([experiment, series, index]))
  return [...groups.values()].map((members) => members.toSorted((one, other) => one.seed - other.seed))
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, groups.get(key) ?? [])
    groups.get(key)!.push(item)
  }
  return groups
}

function labelOf({
  experiment,
  dataset,
  network,
  method,
  node,
  goal,
  variant,
  backend,
  series,
  setup,
}: Row): SeriesLabel {
  return { experiment, dataset, network, method, node, goal, variant, backend, series, setup }
}

function summariseFigure(rows: readonly Row[], figure: Figure): Summary | null {
  const values = rows.map((row) => row[figure]).filter((value) => value !== null)
  return values.length === rows.length ? summarise(values) : null
}

function accuracyBySeed(rows: readonly Row[]): Map<number, number> {
  return new Map(rows.map(({ seed, testAccuracy }) => [seed, testAccuracy]))
}

function meanAccuracy(rows: readonly Row[]): number {
  return rows.reduce((sum, { testAccuracy }) => sum + testAccuracy, 0) / rows.length
}
