import type { Batch, Job } from '@snnx/ir'
import { followBudgets } from './budget/follow.ts'
import { closeBudgets } from './budget/keep.ts'
import { dependsOnData } from './budget/open.ts'
import { settleBudgets } from './budget/settle.ts'
import type { Picks } from './kernel/picks.ts'
import { observeInputs } from './measure/inputs.ts'
import { countAllKept, countRegrown } from './measure/kept.ts'
import { maskMoments } from './optim/optimizer.ts'
import { scheduleFactor } from './optim/schedule.ts'
import { cloneTensors, disposeTensors, replaceTensor, type Tensors } from './parameters.ts'
import { loadOrigin } from './point.ts'
import type { Session } from './session.ts'
import type { Stage } from './stage.ts'
import type { RunState } from './state.ts'
import { type AdjustGradient, trainStep } from './step.ts'
import { removeMasked, replaceMasks } from './strategy/selection.ts'
import type { NodeContext, Progressive, Strategy } from './strategy/strategy.ts'
import type { Trainee } from './trainee.ts'

/** How many steps of a span the log keeps, and how many tell what fires. */
const TRACED = 60
const PROBED = 200

/** What a stage of training works with. */
export interface StageContext {
  session: Session
  stage: Stage
  strategy: Strategy | null
  node: NodeContext
  stepsPerEpoch: number
  /** What the backend's dispatcher picked last. */
  picks: Picks
  /** Steps of the whole job: before this stage, and in all. */
  stepsBefore: number
  totalSteps: number
}

/** Begins a stage on the trainee: the strategy's first masks, and the weights they go back to if it rewinds them. */
export function beginStage({ strategy, node, session }: StageContext, { progress, trainee }: RunState): void {
  progress.step = 0
  if (strategy?.kind === 'progressive') progress.strategy = strategy.begin(trainee, node)
  if (strategy?.kind === 'one-shot') {
    replaceMasks(trainee, strategy.cut(trainee, node), true)
    if (strategy.rewind) {
      for (const [name, held] of loadOrigin(session, strategy.rewind)) replaceTensor(trainee.parameters, name, held)
    }
    freeze(trainee)
  }
}

/** One batch of a stage: a training step, then the strategy's step if the span is not over; freezes the mask at its end. */
export function advance(context: StageContext, state: RunState, batch: Batch): void {
  const { session, stage, strategy, node } = context
  const { progress, trainee } = state
  const lr = learningRate(session.job, stage, progress.step, context.stepsPerEpoch)
  const spanned = strategy?.kind === 'progressive' && progress.step < stage.spanSteps ? strategy : null
  const adjust: AdjustGradient | undefined =
    spanned?.adjustGradient &&
    ((name, gradient) => spanned.adjustGradient!(trainee, node, progress.strategy, progress.step + 1, name, gradient))
  const probed = spanned !== null && probing(context, progress.step)
  const probe = probed && dependsOnData(node.budgets) ? observeInputs(session.job.network) : null
  const { loss, correct } = trainStep(session.job, trainee, batch, lr, context.picks, adjust, probe?.observer)
  if (probed) followBudgets(context, state, probe?.uses(), batch.size)
  progress.step++
  progress.sums.loss += loss * batch.size
  progress.sums.correct += correct
  progress.sums.seen += batch.size
  progress.samples += batch.size
  if (!spanned) return
  const traced =
    progress.step % Math.max(1, Math.floor(stage.spanSteps / TRACED)) === 0 || progress.step === stage.spanSteps
  const before = traced ? cloneTensors(trainee.masking!.masks) : null
  progress.trace = spanned.afterStep(trainee, node, progress.strategy, progress.step, lr)
  if (before) logTrace(context, state, before)
  disposeTensors(before)
}

/** Whether the budgets are brought up to date after this step. */
function probing({ node, stage }: StageContext, step: number): boolean {
  return node.budgets.length > 0 && step % Math.max(1, Math.floor(stage.spanSteps / PROBED)) === 0
}

/**
 * The learning rate of a step: the spec's schedule over the whole stage, so at each node it falls anew, through the span and
 * the fine-tuning. The warm-up belongs to the untrained network, so only stages that start there have it.
 */
export function learningRate({ train }: Job, stage: Stage, step: number, stepsPerEpoch: number): number {
  const { schedule, optimizer } = train
  const warmup =
    stage.start === 'initial' && schedule.kind === 'cosine' ? Math.round(schedule.warmup * stepsPerEpoch) : 0
  return optimizer.lr * scheduleFactor(schedule.kind, step, stage.steps, warmup)
}

/** The span is over: what a progressive strategy has to remove is removed, the mask is fixed, and the bounds are met. */
export async function closeSpan(context: StageContext, state: RunState): Promise<void> {
  const { strategy } = context
  if (strategy?.kind === 'progressive') await finishSpan(context, state, strategy)
  await closeBudgets(context, state)
}

async function finishSpan(context: StageContext, state: RunState, strategy: Progressive): Promise<void> {
  const { session, stage, node } = context
  const { trainee } = state
  const { arrived } = await settleBudgets(context, state, strategy)
  freeze(trainee)
  disposeTensors(trainee.auxiliary)
  trainee.auxiliary = new Map()
  session.log({
    type: 'node',
    node: stage.node!,
    target: stage.target!,
    step: arrived ?? stage.spanSteps,
    spanSteps: stage.spanSteps,
    forced: arrived === null,
    connectivity: countAllKept(trainee.masking!.masks) / node.goal.total,
  })
}

function freeze(trainee: Trainee): void {
  trainee.masking!.frozen = true
  removeMasked(trainee)
  maskMoments(trainee.optimizer, trainee.masking!.masks)
}

function logTrace(context: StageContext, { trainee, progress }: RunState, before: Tensors): void {
  const { goal } = context.node
  const { masks } = trainee.masking!
  let regrown = 0
  for (const [name, mask] of masks) regrown += countRegrown(mask, before.get(name)!)
  const connectivity = countAllKept(masks) / goal.total
  context.session.log({
    type: 'solver',
    node: context.node.node,
    step: progress.step,
    ...progress.trace,
    connectivity,
    regrown,
  })
}
