import { type Epoch, SnnxError } from '@snnx/ir'
import { mul, tidy } from '@tensorflow/tfjs-core'
import { countOnes, countOperations, firingRates } from './measure/count.ts'
import { disposeTensors, findBroken, type Tensors } from './parameters.ts'
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
  const weights = effectiveWeights(state)
  const masks = new Map([...(trainee.masking?.masks ?? [])].map(([name, held]) => [name, held.dataSync()]))
  const counts = countOperations(network, weights, masks, session.dataset.validation)
  if (weights !== trainee.parameters) disposeTensors(weights)
  const { s, y, z } = progress.trace
  const epoch: Epoch = {
    epoch: epochAt(context, progress.step),
    node: stage.node,
    phase: phaseOf(context, progress.step),
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
  session.log({ type: 'epoch', done: (context.stepsBefore + progress.step) / context.stepsPerEpoch, ...epoch })
  const exact = stage.node === null || (trainee.masking!.frozen && progress.step >= stage.spanSteps)
  if (exact && counts.score.correct > (progress.best?.correct ?? -1)) keepBest(state, counts.score.correct, epoch.epoch)
  return epoch
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
  return (
    [...trainee.masking.masks.values()].reduce((kept, mask) => kept + tidy(() => countOnes(mask)), 0) / node.goal.total
  )
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
