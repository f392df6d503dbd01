import { COUNTED } from '@snnx/ir'
import type { Uses } from '../measure/inputs.ts'
import { disposeTensors, type Tensors } from '../parameters.ts'
import type { RunState } from '../state.ts'
import type { StageContext } from '../train.ts'
import { followEnergies, followUses } from './measures.ts'
import { createBudgets, dependsOnData, measureUses } from './open.ts'

/** The share by which what a batch fires moves the running average: of some ten batches. */
const FOLLOWED = 0.1

/** Brings the budgets up to date with the whole validation set, after which what is counted there needs no correction. */
export function recountBudgets(context: StageContext, state: RunState): void {
  const { ratio } = state.progress.budgets!.terms
  for (const { resource } of context.node.budgets) {
    if (COUNTED.includes(resource)) delete ratio[resource]
  }
  const { session, node } = context
  if (dependsOnData(node.budgets)) measureUses(session, state.trainee, state.measures)
  followEnergies(state.measures, state.trainee, node.names, FOLLOWED)
  node.budgets = createBudgets(context, state)
}

/** In the span: the uses follow what a batch has fired, and the budgets the uses. */
export function followBudgets(context: StageContext, state: RunState, uses: Uses | undefined, samples: number): void {
  const { node } = context
  if (uses) {
    followRatios(context, state, uses, samples)
    followUses(state.measures, uses, samples, FOLLOWED)
  }
  followEnergies(state.measures, state.trainee, node.names, FOLLOWED)
  node.budgets = createBudgets(context, state)
}

/**
 * Masks are chosen by the averages, so they avoid what by chance fired much, and the averages make them look cheaper than
 * they are. A batch that had no part in them tells by how much.
 */
function followRatios(context: StageContext, state: RunState, uses: Uses, samples: number): void {
  const masks = state.trainee.masking!.masks
  const { ratio } = state.progress.budgets!.terms
  const fresh: Tensors = new Map([...state.measures].map(([name, held]) => [name, held.clone()]))
  followUses(fresh, uses, samples)
  const found = createBudgets(context, { ...state, measures: fresh })
  for (const [index, { resource, value }] of context.node.budgets.entries()) {
    if (!COUNTED.includes(resource)) continue
    const expected = value(masks)
    if (!(expected > 0)) continue
    const before = ratio[resource] ?? 1
    // Both have the ratio in them, so the quotient is of what was counted.
    ratio[resource] = before + FOLLOWED * (found[index]!.value(masks) / expected - before)
  }
  disposeTensors(fresh)
}
