/**
 * The child that times ours: `rounds.ts WORKLOAD`, a workload as JSON. Sets the thresholds, warms up, tells what it runs
 * on, then answers each request for a round. Ends with its input.
 */
import { createInterface } from 'node:readline'
import type { Network, Pick } from '@snnx/ir'
import type { Round } from '../duel.ts'
import { mean, median } from '../statistic.ts'
import type { Workload } from '../workload.ts'
import { openEngine } from './engine.ts'
import { type Load, prepare } from './load.ts'

/** What it says of itself. */
export interface Greeting {
  backend: string
  /** Why the backend is not the native one; `null` where it is. */
  missing: string | null
  network: Network
}

export interface RoundRequest {
  seconds: number
  steps: number
}

/** What a round of ours tells besides its times. */
export interface OurRound extends Round {
  /** Median over its steps. */
  compressionMs: number
  /** Mean of the rates before and after the timed steps. */
  rates: Record<string, number>
  picks: Pick[]
}

/** Steps before anything is timed. */
const WARM_UP = 2

const engine = await openEngine()
const load = prepare(JSON.parse(process.argv[2]!) as Workload, engine)
for (let step = 0; step < WARM_UP; step++) load.step()
say({ backend: engine.backend, missing: engine.missing, network: load.network } satisfies Greeting)
for await (const line of createInterface({ input: process.stdin })) {
  say(runRound(load, JSON.parse(line) as RoundRequest))
}

function runRound(of: Load, { seconds, steps }: RoundRequest): OurRound {
  const before = of.rates()
  const times: number[] = []
  const work: number[] = []
  const end = performance.now() + 1000 * seconds
  while (performance.now() < end || times.length < steps) {
    const start = performance.now()
    of.step()
    times.push(performance.now() - start)
    work.push(of.compressionMs())
  }
  const after = of.rates()
  const rates = Object.fromEntries(Object.entries(before).map(([name, rate]) => [name, mean([rate, after[name]!])]))
  return { times, compressionMs: median(work), rates, picks: of.picks() }
}

function say(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
