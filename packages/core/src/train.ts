import { type Batch, type Epoch, type Job, SnnxError } from '@snnx/ir'
import { mul, relu, sub, tidy } from '@tensorflow/tfjs-core'
import { countOnes, countOperations, firingRates } from './measure/count.ts'
import { maskMoments } from './optim/optimizer.ts'
import { scheduleFactor } from './optim/schedule.ts'
import { cloneTensors, disposeTensors, findBroken, type Tensors } from './parameters.ts'
import type { Session } from './session.ts'
import type { Stage } from './stage.ts'
import { keepBest, type RunState } from './state.ts'
import { trainStep } from './step.ts'
import { updateMasked } from './strategy/selection.ts'
import type { NodeContext, Strategy, Trace } from './strategy/strategy.ts'

/** How many steps of a span the log keeps. */
const TRACED = 60

/** What a stage of training works with. */
export interface StageContext {
  session: Session
  stage: Stage
  strategy: Strategy | null
  node: NodeContext
  /** Epochs trained before this stage, on the record's count. */
  epochsBefore: number
  stepsPerEpoch: number
}

/** Begins a stage on the trainee: the strategy's first masks. */
export function beginStage({ stage, strategy, node }: StageContext, state: RunState): void {
  state.progress.step = 0
  if (!strategy) return
  state.progress.strategy = strategy.begin(state.trainee, node)
  if (stage.spanSteps === 0) freeze(state)
}

/** One batch of a stage: a training step, then the strategy's step if the span is not over; freezes the mask at its end. */
export function advance(context: StageContext, state: RunState, batch: Batch): void {
  const { session, stage, strategy, node } = context
  const { progress, trainee } = state
  const lr = learningRate(session.job, stage, progress.step, context.stepsPerEpoch)
  const { loss, correct } = trainStep(session.job, trainee, batch, lr)
  progress.step++
  progress.sums.loss += loss * batch.size
  progress.sums.correct += correct
  progress.sums.seen += batch.size
  if (!strategy || progress.step > stage.spanSteps) return
  const traced =
    progress.step % Math.max(1, Math.floor(stage.spanSteps / TRACED)) === 0 || progress.step === stage.spanSteps
  const before = traced ? cloneTensors(trainee.masking!.masks) : null
  const trace = strategy.afterStep(trainee, node, progress.strategy, progress.step, lr)
  if (before) logTrace(context, state, trace, before)
  disposeTensors(before)
  if (progress.step === stage.spanSteps) finishSpan(context, state)
}

/**
 * Evaluates at an epoch's (or the stage's) end: logs the epoch, and keeps the parameters when they are the best so far.
 * @throws SnnxError SNX1002 when weights are no longer finite numbers, which the loss does not show: a neuron at NaN is silent
 */
export function evaluate(context: StageContext, state: RunState): Epoch {
  const { session, stage } = context
  const { progress, trainee } = state
  const { network } = session.job
  const broken = findBroken(trainee.parameters)
  if (broken) {
    throw new SnnxError('SNX1002', `training diverged: \`${broken}\` holds values that are not finite numbers`, {
      help: 'lower `train.optimizer.lr`',
    })
  }
  const weights = effectiveWeights(state)
  const masks = new Map([...(trainee.masking?.masks ?? [])].map(([name, held]) => [name, held.dataSync()]))
  const counts = countOperations(network, weights, masks, session.dataset.validation)
  if (weights !== trainee.parameters) disposeTensors(weights)
  const frozen = stage.node === null || trainee.masking!.frozen
  const { s, y, z } = { s: null, y: null, z: null, ...progress.strategy } as Omit<Trace, 'energy'>
  const epoch: Epoch = {
    epoch: epochAt(context, progress.step),
    node: stage.node,
    phase: stage.node === null ? 'dense' : progress.step > stage.spanSteps ? 'finetune' : 'compress',
    learningRate: learningRate(session.job, stage, progress.step - 1, context.stepsPerEpoch),
    loss: progress.sums.loss / progress.sums.seen,
    trainAccuracy: (100 * progress.sums.correct) / progress.sums.seen,
    validationAccuracy: (100 * counts.score.correct) / counts.score.total,
    connectivity: connectivityOf(context, state),
    layerConnectivity: counts.layers.map((layer) => layer.kept / layer.weights),
    firingRates: firingRates(network, counts),
    s,
    y,
    z,
  }
  progress.sums = { loss: 0, correct: 0, seen: 0 }
  progress.curves.push(epoch)
  session.log({ type: 'epoch', ...epoch })
  const exact = frozen && progress.step >= stage.spanSteps
  if (exact && counts.score.correct > (progress.best?.correct ?? -1)) keepBest(state, counts.score.correct, epoch.epoch)
  return epoch
}

/** Epochs trained after `step` steps of the stage, on the record's count. */
export function epochAt({ stage, epochsBefore, stepsPerEpoch }: StageContext, step: number): number {
  return step === stage.steps ? stage.epochs : epochsBefore + step / stepsPerEpoch
}

/** Remaining share of the prunable connections, by the mask. */
export function connectivityOf({ node }: StageContext, { trainee }: RunState): number {
  if (!trainee.masking) return 1
  return (
    [...trainee.masking.masks.values()].reduce((kept, mask) => kept + tidy(() => countOnes(mask)), 0) / node.goal.total
  )
}

/**
 * The learning rate of a step: the spec's schedule over the whole stage, so at each node it falls anew, through the span and
 * the fine-tuning. The warm-up belongs to the untrained network, so only dense training has it.
 */
function learningRate({ train }: Job, stage: Stage, step: number, stepsPerEpoch: number): number {
  const { schedule, optimizer } = train
  const warmup = stage.node === null && schedule.kind === 'cosine' ? Math.round(schedule.warmup * stepsPerEpoch) : 0
  return optimizer.lr * scheduleFactor(schedule.kind, step, stage.steps, warmup)
}

/** The span is over: exactly the target is removed, and the mask is fixed. */
function finishSpan({ session, stage, strategy, node }: StageContext, state: RunState): void {
  const { progress, trainee } = state
  const arrived = progress.strategy.arrived ?? stage.spanSteps
  strategy!.finish(trainee, node, progress.strategy)
  freeze(state)
  session.log({
    type: 'node',
    node: stage.node!,
    target: stage.target!,
    step: arrived || stage.spanSteps,
    spanSteps: stage.spanSteps,
    forced: arrived === 0,
    connectivity: (node.goal.total - node.goal.target) / node.goal.total,
  })
}

function freeze({ trainee }: RunState): void {
  trainee.masking!.frozen = true
  updateMasked(trainee, mul)
  maskMoments(trainee.optimizer, trainee.masking!.masks)
}

function logTrace(context: StageContext, { trainee, progress }: RunState, trace: Trace, before: Tensors): void {
  const { goal } = context.node
  let kept = 0
  let regrown = 0
  for (const [name, mask] of trainee.masking!.masks) {
    kept += tidy(() => countOnes(mask))
    regrown += tidy(() => countOnes(relu(sub(mask, before.get(name)!))))
  }
  const connectivity = kept / goal.total
  context.session.log({ type: 'solver', node: context.node.node, step: progress.step, ...trace, connectivity, regrown })
}

/** The weights the forward pass uses, as tensors of their own while a soft mask is on. */
function effectiveWeights({ trainee }: RunState): Tensors {
  const { masking, parameters } = trainee
  if (!masking || masking.frozen) return parameters
  return new Map(
    [...parameters].map(([name, value]) => [
      name,
      masking.masks.has(name) ? mul(value, masking.masks.get(name)!) : value.clone(),
    ]),
  )
}
