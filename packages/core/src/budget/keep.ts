import { MEASURED } from '@snnx/ir'
import { encodeWeights } from '../checkpoint/weights.ts'
import { createRunner } from '../inference/runner.ts'
import type { Uses } from '../measure/inputs.ts'
import { countAllKept } from '../measure/kept.ts'
import { timeInference } from '../measure/latency.ts'
import { maskMoments } from '../optim/optimizer.ts'
import { disposeTensors, type Tensors } from '../parameters.ts'
import { decodeDense, readWeights } from '../point.ts'
import { measureAlone } from '../session.ts'
import type { RunState } from '../state.ts'
import { removeMasked, replaceMasks, selectPriced } from '../strategy/selection.ts'
import type { StageContext } from '../train.ts'
import { areMet, type Budget } from './budget.ts'
import { followEnergies, followUses } from './measures.ts'
import { createBudgets, dependsOnData, measureUses } from './open.ts'
import { findRemoved } from './tighten.ts'

/** How often what was measured may correct the model. */
const ROUNDS = 4

/** Brings the budgets up to date with the whole validation set, after which they need no correction. */
export function recountBudgets(context: StageContext, state: RunState): void {
  for (const { resource } of context.node.budgets) delete state.progress.budgets!.terms.ratio[resource]
  recount(context, state)
}

function recount(context: StageContext, state: RunState): void {
  const { session, node } = context
  measureUses(session, state.trainee, state.measures)
  followEnergies(state.measures, state.trainee, node.names, FOLLOWED)
  node.budgets = createBudgets(context, state)
}

/**
 * Once the mask is fixed: counts on validation data, weighs the file and takes the time, and removes more weights until all
 * bounds are met by what is measured. What cannot be met is left for the record to say.
 */
export async function closeBudgets(context: StageContext, state: RunState): Promise<void> {
  if (context.node.budgets.length === 0) return
  recountBudgets(context, state)
  tighten(context, state)
  for (let round = 0; round < ROUNDS && (await correct(context, state)); round++) {
    if (!tighten(context, state)) break
  }
  logBudgets(context, state)
}

/**
 * After an epoch of fine-tuning: what fires has changed, so it is counted anew, and the mask loses what is too much. It may
 * only shrink; weights kept as the best before do not fit it any more.
 */
export function keepBudgets(context: StageContext, state: RunState): void {
  const { node } = context
  if (!dependsOnData(node.budgets)) return
  recount(context, state)
  const masks = state.trainee.masking!.masks
  // Half of the margin is for drift, so that the mask is not touched at every epoch.
  if (node.budgets.every(({ aim, limit, value }) => value(masks) <= (aim + limit) / 2)) return
  if (!tighten(context, state)) return
  state.progress.best = null
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
  const s = findRemoved(trainee.parameters, names, budgets, factors, removed)
  // What not even one weight would meet is no reason to leave none: the record says that it is not met.
  if (s === null || s === removed) return false
  replaceMasks(trainee, selectPriced(trainee.parameters, names, s, factors).masks, true)
  removeMasked(trainee)
  maskMoments(trainee.optimizer, trainee.masking!.masks)
  return true
}

/** Measures what can be measured of the masked network, and corrects the model; tells whether it was anything. */
async function correct(context: StageContext, state: RunState): Promise<boolean> {
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
      const time = () => timeInference(runners, dataset.validation, job.dataset.batch)
      const timed = await measureAlone(session, time)
      for (const runner of runners) runner.dispose()
      // As much slower as the dense network is now than it was at first, the machine is, and not the compressed one.
      const [now, measured] = timed.map(({ single }) => single.medianMs / 1000) as [number, number]
      ratio.latency = (measured * (state.progress.budgets!.terms.dense.latency! / now)) / modelled
    }
  }
  node.budgets = createBudgets(context, state)
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

/** The share by which what a batch fires moves the running average: of some ten batches. */
const FOLLOWED = 0.1

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
    if (!MEASURED.includes(resource)) continue
    const expected = value(masks)
    if (!(expected > 0)) continue
    const before = ratio[resource] ?? 1
    ratio[resource] = before + FOLLOWED * (before * (found[index]!.value(masks) / expected) - before)
  }
  disposeTensors(fresh)
}
