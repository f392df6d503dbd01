import { type Compress, costLayers, type Job, keptWeights } from '@snnx/ir'

/** A stretch of training that ends in one reported point: the dense network, or one node of a compression. */
export interface Stage {
  /** The node's index; `null` for dense training. */
  node: number | null
  /** Target connectivity; `null` for dense training. */
  target: number | null
  /** Steps in all, and those of them in which connections are removed. */
  steps: number
  spanSteps: number
  /** Weights to remove: at the start, and in the end (s_max = N - K). */
  removedBefore: number
  removed: number
  /** Starts from the dense network instead of the previous point. */
  fromDense: boolean
  /** Epochs of training at the stage's end, counted from the dense network for a compression. */
  epochs: number
}

/** The layers whose weights may be pruned, in order. */
export function listPrunable(job: Job): string[] {
  const spared = job.compress?.protect ?? []
  return costLayers(job.network).flatMap(({ name }) => (spared.includes(name) ? [] : [name]))
}

/**
 * The stages of a job. Joint: span, then fine-tuning at every node. Sequential: the same epochs in all, straight to the
 * last node. One-shot methods start from the dense network at every node and train for as long as a joint run has by then.
 *
 * @param stepsPerEpoch batches of one epoch
 * @param oneShot whether the method cuts at once
 */
export function planStages(job: Job, stepsPerEpoch: number, oneShot: boolean): Stage[] {
  const { compress } = job
  if (!compress) {
    const steps = job.train.epochs * stepsPerEpoch
    return [
      {
        node: null,
        target: null,
        steps,
        spanSteps: 0,
        removedBefore: 0,
        removed: 0,
        fromDense: false,
        epochs: job.train.epochs,
      },
    ]
  }
  const prunable = listPrunable(job)
  const total = costLayers(job.network).reduce(
    (sum, layer) => sum + (prunable.includes(layer.name) ? layer.weights : 0),
    0,
  )
  const removedAt = (target: number) => total - keptWeights(target, total)
  const stepsOf = (epochs: number) => Math.max(1, Math.round(epochs * stepsPerEpoch))
  return listNodes(compress).map(({ target, span, finetune, before }, node): Stage => {
    const spent = before + span + finetune
    const trained = oneShot ? spent : span + finetune
    return {
      node,
      target,
      steps: stepsOf(trained),
      spanSteps: oneShot ? 0 : stepsOf(span),
      removedBefore: node === 0 || oneShot ? 0 : removedAt(compress.connectivity[node - 1]!),
      removed: removedAt(target),
      fromDense: node === 0 || oneShot,
      epochs: spent,
    }
  })
}

function listNodes({ connectivity, schedule, span, finetune }: Compress) {
  if (schedule === 'joint')
    return connectivity.map((target, node) => ({ target, span, finetune, before: node * (span + finetune) }))
  const nodes = connectivity.length
  return [{ target: connectivity.at(-1)!, span: nodes * span, finetune: nodes * finetune, before: 0 }]
}
