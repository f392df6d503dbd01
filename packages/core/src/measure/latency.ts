import type { Examples, Latency, Network } from '@snnx/ir'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { Tensors } from '../parameters.ts'
import { simulate } from '../simulate.ts'
import { toTensor } from './score.ts'

/** Timed calls after the warm-up, of one example and of a batch. */
const REPEATS = { single: 50, batched: 20 }
const WARM_UP = 5

/**
 * Times inference of each network on real examples, one at a time and in batches: the networks take turns within one
 * run, so that whatever else the machine does falls on all alike.
 */
export function timeInference(
  network: Network,
  candidates: readonly Tensors[],
  examples: Examples,
  batch: number,
): Latency[] {
  const size = Math.min(batch, examples.count)
  const single = timeCalls(network, candidates, examples, 1, REPEATS.single)
  const batched = timeCalls(network, candidates, examples, size, REPEATS.batched)
  return candidates.map((_, index) => ({ single: single[index]!, batched: batched[index]!, batch: size }))
}

function timeCalls(
  network: Network,
  candidates: readonly Tensors[],
  examples: Examples,
  size: number,
  repeats: number,
) {
  const first = examples.batches(size, null)[Symbol.iterator]().next().value!
  const x = toTensor(first, examples.shape)
  const times = candidates.map(() => new Float64Array(repeats))
  for (let round = -WARM_UP; round < repeats; round++) {
    for (const [index, weights] of candidates.entries()) {
      const milliseconds = timeCall(network, weights, x)
      if (round >= 0) times[index]![round] = milliseconds
    }
  }
  x.dispose()
  return times.map((sample) => {
    sample.sort()
    return { medianMs: quantile(sample, 0.5), p95Ms: quantile(sample, 0.95), repeats }
  })
}

function timeCall(network: Network, weights: Tensors, x: Tensor): number {
  const start = performance.now()
  tidy(() => simulate(network, weights, x).dataSync())
  return performance.now() - start
}

/** The quantile of an ascending sample, between neighbours by linear interpolation. */
export function quantile(ascending: Float64Array, share: number): number {
  const at = share * (ascending.length - 1)
  const low = Math.floor(at)
  const high = Math.min(low + 1, ascending.length - 1)
  return ascending[low]! + (at - low) * (ascending[high]! - ascending[low]!)
}
