import { createRandom, type Network, type Random } from '@snnx/ir'
import type { NativeBackend } from '../backend/native.ts'
import { BufferPool } from '../backend/pool.ts'
import type { NetworkWeights } from '../checkpoint/weights.ts'
import { Inference } from '../inference/inference.ts'
import type { Signal } from '../inference/signal.ts'
import { PackedWeights } from '../inference/weights.ts'
import { listConnected } from '../measure/inputs.ts'
import { quantile } from '../measure/latency.ts'

/** Where a layer is timed: shares of its weights, and of the spikes that reach it now. */
export const DENSITIES = [1, 0.4, 0.15, 0.06, 0.025, 0.01, 0.004, 0.0015] as const
export const RATES = [1, 0.5, 0.25] as const
/** Timed calls of a layer, and of the network: as many as fit into the time, at least 5. */
const [LEAST, MOST, BUDGET_MS] = [5, 40, 60]

/** What each layer takes of one inference, in seconds, `[rates, densities]`, and all that is not a layer with weights. */
export interface LatencyTable {
  rest: number
  layers: Map<string, Float32Array>
}

/**
 * Times the inference kernels of each layer on what really reaches it, with fewer and fewer of its weights (at random), and
 * with all, half or a quarter of its spikes. Called again and again a layer finds its data in the caches, so times are scaled to
 * what it takes within the network; the rest is what a whole inference takes beyond its layers there.
 *
 * @param x one example, as `shapeOfBatch` has it
 */
export function timeLayers(
  network: Network,
  weights: NetworkWeights,
  backend: NativeBackend,
  x: Float32Array,
): LatencyTable {
  const { kernels, costs } = backend
  const pool = new BufferPool()
  const signals = new Map<string, Signal>()
  const inference = new Inference(network, { values: weights.values, masks: new Map() }, kernels, costs)
  inference.run(x, 1, (layer, signal) => {
    signals.set(layer, copySignal(signal))
  })
  const within = timeWithin(inference, x)
  inference.dispose()
  const layers = new Map(
    listConnected(network).map((flow) => {
      const { name } = flow.layer
      const random = createRandom(0, 'latency', name)
      const values = weights.values.get(`${name}.weight`)!
      const order = Float32Array.from(values, () => random.uniform())
      const packed = DENSITIES.map((density) => {
        const mask = Uint8Array.from(order, (at) => Number(at < density))
        const masks = new Map(density < 1 ? [[`${name}.weight`, mask]] : [])
        return new PackedWeights(kernels, flow, { values: weights.values, masks })
      })
      const table = RATES.flatMap((rate) => {
        const signal = thinSignal(signals.get(name)!, rate, random)
        const times = packed.map((of) =>
          timeCall(() => {
            const { held } = of.apply(kernels, costs, pool, signal)
            if ('floats' in held) pool.give(held.floats)
          }),
        )
        return fallWithDensity(times)
      })
      for (const of of packed) of.dispose()
      const scale = within.layers.get(name)! / table[0]!
      return [name, Float32Array.from(table, (time) => time * scale)]
    }),
  )
  return { rest: within.rest, layers }
}

/** What each layer takes within whole inferences, and what these take beyond their layers: medians, in seconds. */
function timeWithin(inference: Inference, x: Float32Array): { rest: number; layers: Map<string, number> } {
  const times = new Map<string, number[]>()
  const rests: number[] = []
  timeCall(() => {
    let spent = 0
    const start = performance.now()
    inference.run(x, 1, (layer) => {
      const begun = performance.now()
      return () => {
        const time = (performance.now() - begun) / 1000
        spent += time
        times.set(layer, [...(times.get(layer) ?? []), time])
      }
    })
    rests.push((performance.now() - start) / 1000 - spent)
  })
  return { rest: medianOf(rests), layers: new Map([...times].map(([layer, of]) => [layer, medianOf(of)])) }
}

/**
 * Times as they may be searched by halving: never longer with fewer weights. Where a measured one is, it is noise, or a sparse kernel
 * in a place where the dense one would have been faster; what is measured of the masked network corrects that.
 *
 * @param times from the densest to the sparsest
 */
export function fallWithDensity(times: readonly number[]): number[] {
  let least = Infinity
  return times.map((time) => {
    least = Math.min(least, time)
    return least
  })
}

/**
 * What a layer takes at this density and rate, between what was timed by linear interpolation, in seconds; beyond it, as at
 * the nearest.
 *
 * @param rate spikes that reach it, as a share of those it was timed with
 */
export function readLatency(table: Float32Array, density: number, rate: number): number {
  const at = (row: number) => interpolate(table.subarray(row * DENSITIES.length, (row + 1) * DENSITIES.length), density)
  // The timed rates around it; above the highest, on to twice as many spikes.
  const upper = Math.max(
    0,
    RATES.findLastIndex((timed, row) => timed >= rate && row < RATES.length - 1),
  )
  const [high, low] = [RATES[upper]!, RATES[upper + 1]!]
  const [most, least] = [at(upper), at(upper + 1)]
  const within = Math.min(2, Math.max(low, rate))
  return Math.max(least, least + ((within - low) / (high - low)) * (most - least))
}

/** How fast it rises with the density there. */
export function latencySlope(table: Float32Array, density: number, rate: number): number {
  const upper = Math.max(1, DENSITIES.findLastIndex((timed) => timed >= density) + 1)
  const high = DENSITIES[Math.min(upper, DENSITIES.length - 1) - 1]!
  // Two intervals wide, so that the noise of one timing does not make weights look free.
  const low = DENSITIES[Math.min(upper + 1, DENSITIES.length - 1)]!
  return Math.max(0, (readLatency(table, high, rate) - readLatency(table, low, rate)) / (high - low))
}

function interpolate(times: Float32Array, density: number): number {
  const last = DENSITIES.length - 1
  if (density <= DENSITIES[last]!) return times[last]!
  const lower = DENSITIES.findIndex((timed) => timed < density)
  if (lower <= 0) return times[0]!
  const [high, low] = [DENSITIES[lower - 1]!, DENSITIES[lower]!]
  return times[lower]! + ((density - low) / (high - low)) * (times[lower - 1]! - times[lower]!)
}

function copySignal(signal: Signal): Signal {
  const { held } = signal
  return { ...signal, held: 'floats' in held ? { floats: held.floats.slice() } : { ...held, bits: held.bits.slice() } }
}

/** The signal with about this share of its spikes; numbers stay as they are. */
function thinSignal(signal: Signal, rate: number, random: Random): Signal {
  const { held } = signal
  if ('floats' in held || rate === 1) return signal
  let spikes = 0
  const bits = held.bits.map((word) => {
    let kept = 0
    for (let left = word; left !== 0; left &= left - 1) {
      if (random.uniform() >= rate) continue
      kept |= left & -left
      spikes++
    }
    return kept
  })
  return { ...signal, held: { ...held, bits, spikes } }
}

/** The median time of a call, in seconds. */
function timeCall(call: () => void): number {
  const times: number[] = []
  const end = performance.now() + BUDGET_MS
  call()
  while (times.length < LEAST || (times.length < MOST && performance.now() < end)) {
    const start = performance.now()
    call()
    times.push((performance.now() - start) / 1000)
  }
  return medianOf(times)
}

const medianOf = (times: readonly number[]) => quantile(Float64Array.from(times).sort(), 0.5)
