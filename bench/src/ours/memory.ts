/**
 * The child whose memory is measured: `memory.ts WORKLOAD NETWORK` only trains a few steps, `memory.ts` only imports and
 * opens the backend. Tells its peak resident size.
 */
import { openEngine } from './engine.ts'
import { prepare } from './load.ts'

/** After the second step all that a step needs has been there once. */
const STEPS = 3

const [workload, network] = process.argv.slice(2).map((text) => JSON.parse(text))
const engine = await openEngine()
if (workload !== undefined) {
  const load = prepare(workload, engine, network)
  for (let step = 0; step < STEPS; step++) load.step()
}
process.stdout.write(`${JSON.stringify({ peakKiB: process.resourceUsage().maxRSS })}\n`)
