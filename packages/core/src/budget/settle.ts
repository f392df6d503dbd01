import { countAllKept } from '../measure/kept.ts'
import type { RunState } from '../state.ts'
import type { Arrival, Progressive } from '../strategy/strategy.ts'
import type { StageContext } from '../train.ts'
import { correctBudgets, ROUNDS } from './correct.ts'
import { recountBudgets } from './follow.ts'

/** How near to what the masks aim for the tightest of the budgets has to be, as a share of it. */
const TOLERANCE = 0.02

/**
 * The end of a span. Masks that follow from what was counted fire differently, and take another time than the model says: so
 * a strategy that settles at its budgets is asked again, with what was measured of the masks before, until the tightest budget
 * is met, and nearly. Removed weights have kept their values and may return.
 */
export async function settleBudgets(
  context: StageContext,
  state: RunState,
  { finish, settles }: Progressive,
): Promise<Arrival> {
  const { node } = context
  const { trainee, progress } = state
  const end = () => finish(trainee, node, progress.strategy)
  if (node.budgets.length === 0) return end()
  recountBudgets(context, state)
  let arrival = end()
  for (let round = 0; settles && round < ROUNDS; round++) {
    recountBudgets(context, state)
    await correctBudgets(context, state)
    const used = Math.max(...node.budgets.map(({ aim, value }) => value(trainee.masking!.masks) / aim))
    if (Math.abs(used - 1) <= TOLERANCE) break
    const before = countAllKept(trainee.masking!.masks)
    arrival = end()
    // Another bound, or the method itself, has the last word.
    if (countAllKept(trainee.masking!.masks) === before) break
  }
  return arrival
}
