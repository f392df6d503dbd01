import { costLayers, type Epoch, type Network, SnnxError } from '@snnx/ir'
import { countSpikes, firingRates } from './measure/count.ts'
import { countAllKept, countKept } from './measure/kept.ts'
import { findBroken } from './parameters.ts'
import type { Model } from './simulate.ts'
import { keepBest, type RunState } from './state.ts'
import { learningRate, type StageContext } from './train.ts'

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
  logKernels(context, state)
  const activity = countSpikes(network, trainee, session.dataset.validation)
  const { s, y, z } = progress.trace
  const epoch: Epoch = {
    epoch: epochAt(context, progress.step),
    node: stage.node,
    phase: phaseOf(context, progress.step),
    learningRate: learningRate(session.job, stage, progress.step - 1, context.stepsPerEpoch),
    loss: progress.sums.loss / progress.sums.seen,
    trainAccuracy: (100 * progress.sums.correct) / progress.sums.seen,
    validationAccuracy: (100 * activity.score.correct) / activity.score.total,
    connectivity: connectivityOf(context, state),
    layerConnectivity: layerConnectivity(network, trainee),
    firingRates: firingRates(network, activity),
    s,
    y,
    z,
  }
  progress.sums = { loss: 0, correct: 0, seen: 0 }
  progress.curves.push(epoch)
  session.log({ type: 'epoch', done: (context.stepsBefore + progress.step) / context.stepsPerEpoch, ...epoch })
  const exact = stage.node === null || (trainee.masking!.frozen && progress.step >= stage.spanSteps)
  if (exact && activity.score.correct > (progress.best?.correct ?? -1))
    keepBest(state, activity.score.correct, epoch.epoch)
  return epoch
}

/** Logs what the dispatcher picked in the epoch's last step, if the kernels are not those told before. */
function logKernels({ session, picks }: StageContext, { progress }: RunState): void {
  const list = picks.list()
  const kernels = list.map(({ layer, direction, kernel }) => `${layer} ${direction} ${kernel}`).join('\n')
  if (kernels === progress.kernels) return
  progress.kernels = kernels
  session.log({ type: 'dispatch', picks: list })
}

/** Epochs trained after `step` steps of the stage, on the record's count. */
export function epochAt({ stage, stepsPerEpoch }: StageContext, step: number): number {
  return (stage.begins + step) / stepsPerEpoch
}

/** What the stage does in the step that brought it to `step`. */
export function phaseOf({ stage }: StageContext, step: number): Epoch['phase'] {
  if (stage.node === null) return 'dense'
  return step > stage.spanSteps ? 'finetune' : 'compress'
}

/** Remaining share of the prunable connections, by the mask. */
export function connectivityOf({ node }: StageContext, { trainee }: RunState): number {
  if (!trainee.masking) return 1
  return countAllKept(trainee.masking.masks) / node.goal.total
}

/** The share of its weights that each layer keeps, in order. */
function layerConnectivity(network: Network, { masking }: Model): number[] {
  return costLayers(network).map(({ name, weights }) => {
    const mask = masking?.masks.get(`${name}.weight`)
    return mask ? countKept(mask) / weights : 1
  })
}
