import { encodeWeights } from '../checkpoint/weights.ts'
import { createRunner } from '../inference/runner.ts'
import { timeSingle } from '../measure/latency.ts'
import { decodeDense, readWeights } from '../point.ts'
import { measureAlone } from '../session.ts'
import type { RunState } from '../state.ts'
import type { StageContext } from '../train.ts'
import { createBudgets } from './open.ts'

/** How often what was measured may correct the model, and masks follow it. */
export const ROUNDS = 4

/** Measures what can be measured of the masked network, and corrects the model; tells whether it was anything. */
export async function correctBudgets(context: StageContext, state: RunState): Promise<boolean> {
  const { session, node } = context
  const { job, dataset } = session
  const { ratio } = state.progress.budgets!.terms
  const measured = node.budgets.filter(({ resource }) => resource === 'size' || resource === 'latency')
  if (measured.length === 0) return false
  const weights = readWeights(state.trainee.parameters, state.trainee.masking!.masks)
  for (const { resource, value } of measured) {
    const modelled = value(state.trainee.masking!.masks) / (ratio[resource] ?? 1)
    if (resource === 'size') ratio.size = encodeWeights(job.network, weights).length / modelled
    else {
      // In turns with the dense network, as the record's is: what one leaves in the caches is part of it.
      const runners = [decodeDense(session), weights].map((of) => createRunner(job.network, of))
      const time = () => timeSingle(runners, dataset.validation)
      const timed = await measureAlone(session, time)
      for (const runner of runners) runner.dispose()
      // As much slower as the dense network is now than it was at first, the machine is, and not the compressed one.
      const [now, measured] = timed.map(({ medianMs }) => medianMs / 1000) as [number, number]
      ratio.latency = (measured * (state.progress.budgets!.terms.dense.latency! / now)) / modelled
    }
  }
  node.budgets = createBudgets(context, state)
  return true
}
