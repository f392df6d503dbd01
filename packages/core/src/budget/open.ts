import {
  type Bound,
  CHECKED,
  COUNTED,
  costDense,
  listPrunable,
  MEASURED,
  modelCost,
  nameAmount,
  nodeOfPoint,
  type Resource,
  SnnxError,
} from '@snnx/ir'
import { memoryOf } from '../backend/memory.ts'
import { NativeBackend } from '../backend/native.ts'
import { denseBytes } from '../checkpoint/weights.ts'
import { createRunner } from '../inference/runner.ts'
import { observeInputs } from '../measure/inputs.ts'
import { timeSingle } from '../measure/latency.ts'
import { scoreExamples } from '../measure/score.ts'
import { disposeModel, loadModel } from '../model.ts'
import type { Tensors } from '../parameters.ts'
import { decodeDense, readWeights } from '../point.ts'
import { measureAlone, type Session } from '../session.ts'
import type { Model } from '../simulate.ts'
import type { RunState } from '../state.ts'
import { selectPriced } from '../strategy/selection.ts'
import type { StageContext } from '../train.ts'
import type { Budget } from './budget.ts'
import { type BudgetTerms, costReached, createBudget, energyModelOf, limitAt, slackAt } from './create.ts'
import { timeLayers } from './latency.ts'
import { followEnergies, followUses, storeLatency } from './measures.ts'
import { priceFactors } from './price.ts'
import { findRemoved } from './tighten.ts'

/** The bounds that a node's compression has to meet itself. */
export function boundsAt(session: Pick<Session, 'job'>, node: number | null): Bound[] {
  if (node === null) return []
  const index = nodeOfPoint(session.job.compress!, node)
  return listBounds(session).filter(({ limits }) => limits[index] !== null)
}

function listBounds({ job }: Pick<Session, 'job'>): Bound[] {
  return (job.compress?.bounds ?? []).filter(({ resource }) => !CHECKED.includes(resource))
}

/**
 * Finds out what a node's bounds mean before its compression begins: what reaches each weight, on validation data; what the
 * dense network takes; how fast this machine is; and how many weights must go, which is where every method is headed.
 *
 * @throws SnnxError SNX1005 when a bound is below what cannot be pruned, SNX1006 for a latency without native kernels
 */
export async function openBudgets(context: StageContext, state: RunState): Promise<void> {
  const { session, stage, node } = context
  if (stage.node === null || listBounds(session).length === 0) return
  const { network } = session.job
  const { progress, trainee, measures } = state
  const bounds = boundsAt(session, stage.node)
  // The first node finds out what the bounds of all mean.
  const known = progress.budgets ? bounds : listBounds(session)
  if (dependsOnData(known)) measureAtStart(context, state)
  followEnergies(measures, trainee, node.names)
  if (known.some(({ resource }) => resource === 'latency')) {
    const backend = requireNative()
    const [x] = session.dataset.validation.batches(1, null)
    const weights = readWeights(trainee.parameters, undefined)
    const time = () => timeLayers(network, weights, backend, x!.inputs.slice())
    storeLatency(measures, await measureAlone(session, time))
  }
  if (!progress.budgets) {
    progress.budgets = { terms: { dense: await measureDense(session, measures), ratio: {} }, target: 0, start: 0 }
    requireFeasible(session, progress.budgets.terms, measures)
  }
  if (bounds.length === 0) return
  const budgets = createBudgets(context, state)
  for (const { resource, fixed, limit } of budgets) {
    if (fixed >= limit) throw infeasible(resource, limit, fixed)
  }
  const start = stage.start === 'previous' ? countRemoved(context, state) : node.goal.start
  const sizes = node.names.map((name) => trainee.parameters.get(name)!.size)
  const isPriced = context.strategy?.kind === 'progressive' && context.strategy.price !== undefined
  const equal = { connectivity: 0, budgets: budgets.map(() => 1) }
  const factors = isPriced ? priceFactors(budgets, equal, sizes, budgets[0]!.energies) : null
  const select = (s: number) => selectPriced(trainee.parameters, node.names, s, factors).masks
  const target = findRemoved(select, node.goal.total, budgets, Math.max(start, node.goal.target))
  if (target === null) throw outOfReach(budgets)
  Object.assign(progress.budgets, { target, start })
  installBudgets(context, state, budgets)
}

/** Puts the budgets of a stage that goes on from a checkpoint in place. */
export function resumeBudgets(context: StageContext, state: RunState): void {
  if (boundsAt(context.session, context.stage.node).length > 0 && state.progress.budgets) {
    installBudgets(context, state, createBudgets(context, state))
  }
}

/** The budgets of the node, by what was measured last. */
export function createBudgets(context: StageContext, { progress, measures }: RunState): Budget[] {
  const { session, stage, stepsPerEpoch } = context
  const { network, compress } = session.job
  const { terms } = progress.budgets!
  const index = nodeOfPoint(compress!, stage.node!)
  const slack = slackAt(stage, progress.step, stepsPerEpoch)
  return boundsAt(session, stage.node).map((bound) =>
    createBudget(network, compress!, bound.resource, limitAt(bound, index, terms)!, terms, measures, slack),
  )
}

/** What reaches each weight at a stage's start; an untrained network does not fire as it will, so there it is the dense one. */
function measureAtStart({ session, stage }: StageContext, { trainee, measures }: RunState): void {
  const dense = stage.start === 'initial' ? loadModel(session.job.network, decodeDense(session)) : null
  measureUses(session, dense ?? trainee, measures)
  if (dense) disposeModel(dense)
}

/** Counts what reaches each weight on the validation set, with the model as it is. */
export function measureUses({ job, dataset }: Session, model: Model, measures: Tensors): void {
  const { observer, uses } = observeInputs(job.network)
  scoreExamples(job.network, model, dataset.validation, observer)
  followUses(measures, uses(), dataset.validation.count)
}

/** Whether any of the budgets depends on data or on the clock. */
export function dependsOnData(budgets: readonly Pick<Budget, 'resource'>[]): boolean {
  return budgets.some(({ resource }) => MEASURED.includes(resource))
}

function installBudgets({ node }: StageContext, { progress }: RunState, budgets: Budget[]): void {
  const { target, start } = progress.budgets!
  const { goal } = node
  const curve = goal.curve === undefined ? {} : { curve: Math.max(goal.curve, target) }
  node.goal = { ...goal, start, target, least: goal.least ?? goal.target, ...curve }
  node.budgets = budgets
}

/** Looks at the bounds of all nodes, so that none is found to be impossible when half of the work is done. */
function requireFeasible(session: Session, terms: BudgetTerms, measures: Tensors): void {
  const { network, compress } = session.job
  for (const bound of listBounds(session)) {
    for (const node of bound.limits.keys()) {
      const limit = limitAt(bound, node, terms)
      if (limit === null) continue
      const { fixed } = createBudget(network, compress!, bound.resource, limit, terms, measures)
      if (fixed >= limit) throw infeasible(bound.resource, limit, fixed)
    }
  }
}

/**
 * What the dense network takes: its SynOps and energy on validation data, its latency on this machine.
 *
 * @param measures at the first node's start, which counts what reaches the weights of the dense network
 */
async function measureDense(session: Session, measures: Tensors): Promise<BudgetTerms['dense']> {
  const { job, dataset } = session
  const resources = listBounds(session).map(({ resource }) => resource)
  const { network } = job
  const compress = job.compress!
  const prunable = listPrunable(network, compress.protect)
  const weights = decodeDense(session)
  const dense: BudgetTerms['dense'] = {}
  for (const resource of resources) {
    if (resource === 'size') dense.size = denseBytes(network)
    else if (COUNTED.includes(resource)) {
      dense[resource] = costReached(network, compress, resource, measures)
    } else if (resource === 'latency') {
      const runner = createRunner(network, weights)
      const time = () => timeSingle([runner], dataset.validation)
      const [timed] = await measureAlone(session, time)
      runner.dispose()
      dense.latency = timed!.medianMs / 1000
    } else
      dense[resource] = costDense(modelCost(network, compress.protect, resource, energyModelOf(compress))!, prunable)
  }
  return dense
}

/** The weights that the node before has removed. */
function countRemoved({ node }: StageContext, { progress }: RunState): number {
  const before = progress.nodes.at(-1)
  if (!before) return node.goal.start
  const pruned = before.layers.filter(({ name }) => node.names.includes(`${name}.weight`))
  return pruned.reduce((sum, { weights, kept }) => sum + weights - kept, 0)
}

function requireNative(): NativeBackend {
  const memory = memoryOf()
  if (memory instanceof NativeBackend) return memory
  throw new SnnxError(
    'SNX1006',
    'a `latency` bound needs the native kernels: no other backend is faster with fewer weights',
    {
      help: 'build them with `npm run build:native`, or bound `flops` or `synops` instead',
    },
  )
}

const HELP = { help: 'raise the bound, or protect fewer layers' }

function infeasible(resource: Resource, limit: number, fixed: number): SnnxError {
  const [bound, least] = [nameAmount(limit, resource), nameAmount(fixed, resource)]
  return new SnnxError(
    'SNX1005',
    `\`${resource}\` cannot be at most ${bound}: what cannot be pruned takes ${least}`,
    HELP,
  )
}

/** Each bound leaves something for the weights, but not enough for a single one. */
function outOfReach(budgets: readonly Budget[]): SnnxError {
  const bounds = budgets.map(({ resource, limit, fixed }) => {
    return `\`${resource}\` at most ${nameAmount(limit, resource)}, of which ${nameAmount(fixed, resource)} cannot be pruned`
  })
  return new SnnxError('SNX1005', `not a single weight could stay: ${bounds.join('; ')}`, HELP)
}
