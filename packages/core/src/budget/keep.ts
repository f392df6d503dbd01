import type { Tensor } from '@tensorflow/tfjs-core'
import { makeMask } from '../mask.ts'
import { countAllKept, readMask } from '../measure/kept.ts'
import { maskMoments } from '../optim/optimizer.ts'
import { computeValues, disposeTensors, type Tensors } from '../parameters.ts'
import type { RunState } from '../state.ts'
import { removeMasked, replaceMasks, selectPriced } from '../strategy/selection.ts'
import type { StageContext } from '../train.ts'
import { areMet, type Budget } from './budget.ts'
import { correctBudgets, ROUNDS } from './correct.ts'
import { slackAt } from './create.ts'
import { recountBudgets } from './follow.ts'
import { dependsOnData } from './open.ts'
import { findRemoved } from './tighten.ts'

/**
 * Once the mask is fixed: counts on validation data, weighs the file and takes the time, and removes more weights until all
 * bounds are met by what is measured. What cannot be met is left for the record to say.
 */
export async function closeBudgets(context: StageContext, state: RunState): Promise<void> {
  const { node, stage, strategy } = context
  if (node.budgets.length === 0) return
  // What a cut has just torn apart, or what begins anew, does not fire as it will: that is counted after its first epoch.
  if (strategy?.kind !== 'one-shot' || stage.steps === 0) recountBudgets(context, state)
  tighten(context, state)
  for (let round = 0; round < ROUNDS && (await correctBudgets(context, state)); round++) {
    if (!tighten(context, state)) break
  }
  logBudgets(context, state)
}

/**
 * After an epoch of fine-tuning: what fires has changed, so it is counted anew, and the mask loses what is too much. It may
 * only shrink; weights kept as the best before do not fit it any more, nor any that were kept while there was slack.
 */
export function keepBudgets(context: StageContext, state: RunState): void {
  const { node, stage, stepsPerEpoch } = context
  if (!dependsOnData(node.budgets)) return
  const { progress, trainee } = state
  if (slackAt(stage, progress.step - stepsPerEpoch, stepsPerEpoch) > 0) progress.best = null
  recountBudgets(context, state)
  const masks = trainee.masking!.masks
  // Half of the margin is for drift, so that the mask is not touched at every epoch.
  if (node.budgets.every(({ aim, limit, value }) => value(masks) <= Math.max(aim, (aim + limit) / 2))) return
  if (!tighten(context, state)) return
  progress.best = null
  logBudgets(context, state)
}

/** What the bounds take with the masks as they are, for the record. */
export function readBudgets(
  { node }: StageContext,
  { trainee }: RunState,
): (Pick<Budget, 'resource' | 'limit'> & { value: number })[] {
  return node.budgets.map(({ resource, limit, value }) => ({ resource, limit, value: value(trainee.masking!.masks) }))
}

/** Removes the lowest scores until the model meets all bounds; tells whether it removed any. */
function tighten({ node, strategy }: StageContext, { trainee, progress }: RunState): boolean {
  const { budgets, names } = node
  const masks = trainee.masking!.masks
  if (areMet(budgets, masks)) return false
  const removed = node.goal.total - countAllKept(masks)
  const factors = strategy?.kind === 'progressive' ? (strategy.price?.(trainee, node, progress.strategy) ?? null) : null
  const select = (s: number) => selectPriced(trainee.parameters, names, s, factors).masks
  const s = findRemoved(select, node.goal.total, budgets, removed)
  // What not even one weight would meet is no reason to leave none: the record says that it is not met.
  if (s === null || s === removed) return false
  replaceMasks(trainee, intersect(select(s), masks), true)
  removeMasked(trainee)
  maskMoments(trainee.optimizer, trainee.masking!.masks)
  return true
}

function logBudgets(context: StageContext, state: RunState): void {
  context.session.log({
    type: 'budgets',
    node: context.stage.node!,
    budgets: readBudgets(context, state),
    connectivity: countAllKept(state.trainee.masking!.masks) / context.node.goal.total,
  })
}

/** Where both keep: weights may be 0 by chance, so that those that are masked are not always the smallest. */
function intersect(masks: Tensors, before: Tensors): Tensors {
  const both = [...masks].map(([name, mask]): [string, Tensor] => {
    const [after, old] = [readMask(mask), readMask(before.get(name)!)]
    return [
      name,
      makeMask(
        computeValues(mask.size, (at) => after[at]! & old[at]!),
        mask.shape,
      ),
    ]
  })
  disposeTensors(masks)
  return new Map(both)
}
