import { type Compress, countPrunable, isOneShot, type Job, keptWeights } from '@snnx/ir'

/** A stretch of training that ends in one reported point: the dense network, or one node of a compression. */
export interface Stage {
  /** The node's index; `null` for dense training. */
  node: number | null
  /** Target connectivity; `null` for dense training. */
  target: number | null
  /** Steps in all, and those of them in which connections are removed. */
  steps: number
  spanSteps: number
  /** Steps that the record counts at the stage's start: since the dense network, for a compression. */
  begins: number
  /** Weights to remove: at the start, and in the end (s_max = N - K). */
  removedBefore: number
  removed: number
  /** Starts from the dense network instead of the previous point. */
  fromDense: boolean
}

/**
 * The stages of a job. Joint: span, then fine-tuning at every node. Sequential: the same epochs in all, straight to the
 * last node. One-shot methods start from the dense network at every node and train for as long as a joint run has by then.
 *
 * @param stepsPerEpoch batches of one epoch
 */
export function planStages(job: Job, stepsPerEpoch: number): Stage[] {
  const { compress } = job
  if (!compress) {
    const steps = job.train.epochs * stepsPerEpoch
    const untouched = { removedBefore: 0, removed: 0, fromDense: false, begins: 0 }
    return [{ node: null, target: null, steps, spanSteps: 0, ...untouched }]
  }
  const total = countPrunable(job.network, compress.protect)
  const oneShot = isOneShot(compress.method)
  const removedAt = (target: number) => total - keptWeights(target, total)
  let end = 0
  return listNodes(compress).map(({ target, spanEnds, ends }, node): Stage => {
    // Ends are rounded, not lengths, so that rounding does not add up over the nodes.
    const begins = oneShot ? 0 : end
    end = Math.max(end + 1, Math.round(ends * stepsPerEpoch))
    const spanSteps = oneShot ? 0 : Math.max(1, Math.round(spanEnds * stepsPerEpoch) - begins)
    return {
      node,
      target,
      steps: end - begins,
      spanSteps: Math.min(spanSteps, end - begins),
      begins,
      removedBefore: node === 0 || oneShot ? 0 : removedAt(compress.connectivity[node - 1]!),
      removed: removedAt(target),
      fromDense: node === 0 || oneShot,
    }
  })
}

/** The nodes to report, and when, in epochs, their spans and fine-tunings end. */
function listNodes({ connectivity, schedule, span, finetune }: Compress) {
  const whole = span + finetune
  const nodes = connectivity.length
  if (schedule === 'sequential') return [{ target: connectivity.at(-1)!, spanEnds: nodes * span, ends: nodes * whole }]
  return connectivity.map((target, node) => ({ target, spanEnds: node * whole + span, ends: (node + 1) * whole }))
}
