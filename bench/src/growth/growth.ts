import { join } from 'node:path'
import type { Repeats } from '../case.ts'
import type { Machine } from '../machine.ts'
import { startOurs } from '../ours/ours.ts'
import { writeWhole } from '../results.ts'
import { mean, median } from '../statistic.ts'
import { drawGrowth } from './chart.ts'
import { type Grown, POINTS, type Point } from './point.ts'
import { renderGrowth } from './table.ts'

/** How a point is timed. */
export const GROWTH_REPEATS: Repeats = { rounds: 3, seconds: 1, steps: 3 }

/** How many seconds a point takes besides its rounds, and a step of the largest. */
const OVERHEAD = 4

/** What all points take, as guessed. */
export const GROWTH_SECONDS = POINTS.length * (GROWTH_REPEATS.rounds * GROWTH_REPEATS.seconds + OVERHEAD)

/**
 * Times how the cost of a step grows, and writes `growth.json`, `growth.md` and `growth.svg`. Points with the same workload
 * are timed once.
 */
export async function measureGrowth(
  folder: string,
  machine: Machine,
  repeats: Repeats,
  tell: (line: string) => void,
): Promise<void> {
  const known = new Map<string, Pick<Grown, 'msPerStep' | 'rate'>>()
  const grown: Grown[] = []
  for (const [index, { axis, value, series, workload }] of POINTS.entries()) {
    const key = JSON.stringify(workload)
    const figures = known.get(key) ?? (await measure(workload, machine.cores, repeats))
    known.set(key, figures)
    grown.push({ axis, value, series, ...figures })
    tell(
      `${index + 1}/${POINTS.length}: ${series}, ${axis} ${value}: ${Number(figures.msPerStep.toPrecision(3))} ms a step`,
    )
  }
  const result = { machine, date: new Date().toISOString().slice(0, 10), points: grown }
  writeWhole(join(folder, 'growth.json'), `${JSON.stringify(result, null, 2)}\n`)
  writeWhole(join(folder, 'growth.svg'), drawGrowth(grown))
  writeWhole(join(folder, 'growth.md'), renderGrowth(grown, machine, result.date))
}

async function measure(workload: Point['workload'], threads: number, { rounds, seconds, steps }: Repeats) {
  const ours = await startOurs(workload, threads)
  try {
    const made = []
    for (let round = 0; round < rounds; round++) made.push(await ours.round(seconds, steps))
    return {
      msPerStep: median(made.map(({ times }) => median(times))),
      rate: mean(made.flatMap(({ rates }) => Object.values(rates))),
    }
  } finally {
    await ours.stop()
  }
}
