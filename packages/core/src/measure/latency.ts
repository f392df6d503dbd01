import { count, type Examples, type Latency } from '@snnx/ir'
import type { Runner } from '../inference/runner.ts'

/** Timed calls after the warm-up, of one example and of a batch: as many as fit into the time, within these bounds. */
const REPEATS = { single: [10, 50], batched: [5, 20] } as const
const BUDGET_MS = 20_000
const WARM_UP = 5

/**
 * Times inference of each network on real examples, one at a time and in batches: the networks take turns within one
 * run, so that whatever else the machine does falls on all alike.
 */
export function timeInference(
  candidates: readonly Pick<Runner, 'run'>[],
  examples: Examples,
  batch: number,
): Latency[] {
  const size = Math.min(batch, examples.count)
  const single = timeCalls(candidates, examples, 1, REPEATS.single)
  const batched = timeCalls(candidates, examples, size, REPEATS.batched)
  return candidates.map((_, index) => ({ single: single[index]!, batched: batched[index]!, batch: size }))
}

/** As `timeInference`, one example at a time only. */
export function timeSingle(candidates: readonly Pick<Runner, 'run'>[], examples: Examples): Latency['single'][] {
  return timeCalls(candidates, examples, 1, REPEATS.single)
}

function timeCalls(
  candidates: readonly Pick<Runner, 'run'>[],
  examples: Examples,
  size: number,
  [least, most]: readonly [number, number],
) {
  const { inputs } = examples.batches(size, null)[Symbol.iterator]().next().value!
  const x = inputs.slice(0, size * (examples.frames ?? 1) * count(examples.shape))
  const times: number[][] = candidates.map(() => [])
  const end = performance.now() + BUDGET_MS
  for (let round = -WARM_UP; round < most; round++) {
    if (round >= least && performance.now() > end) break
    for (const [index, candidate] of candidates.entries()) {
      const start = performance.now()
      candidate.run(x, size)
      if (round >= 0) times[index]!.push(performance.now() - start)
    }
  }
  return times.map((sample) => {
    const ascending = Float64Array.from(sample).sort()
    return { medianMs: quantile(ascending, 0.5), p95Ms: quantile(ascending, 0.95), repeats: sample.length }
  })
}

/** The quantile of an ascending sample, between neighbours by linear interpolation. */
export function quantile(ascending: Float64Array, share: number): number {
  const at = share * (ascending.length - 1)
  const low = Math.floor(at)
  const high = Math.min(low + 1, ascending.length - 1)
  return ascending[low]! + (at - low) * (ascending[high]! - ascending[low]!)
}
