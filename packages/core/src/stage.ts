import { type Compress, countPrunable, isOneShot, type Job, keptWeights, startsAnew, startsUntrained } from '@snnx/ir'

/** A stretch of training that ends in one reported point: the dense network, or one node of a compression. */
export interface Stage {
  /** The node's index; `null` for dense training. */
  node: number | null
  /** Target connectivity; `null` for dense training. */
  target: number | null
  /** The weights it starts from: the untrained network's, the dense network's, or those of the point before. */
  start: 'initial' | 'dense' | 'previous'
  /** Steps in all, and those of them in which connections are removed. */
  steps: number
  spanSteps: number
  /** Steps that the record counts at the stage's start: since the dense network, for a compression. */
  begins: number
  /** Weights to remove: at the start, and in the end (s_max = N - K). */
  removedBefore: number
  removed: number
  /** Weights that the whole cubic curve removes of which this node's is a piece; absent: the node has a curve of its own. */
  curve?: number
}

/**
 * The stages of a job. Joint: span, then fine-tuning at every node. Sequential: the same epochs in all, straight to the
 * last node. Methods that start anew do so at every node, and train for as long as a joint run has by then, so each of
 * their nodes is like a sequential run to it.
 *
 * @param stepsPerEpoch batches of one epoch
 */
export function planStages(job: Job, stepsPerEpoch: number): Stage[] {
  const { compress } = job
  if (!compress) {
    const steps = job.train.epochs * stepsPerEpoch
    const untouched = { removedBefore: 0, removed: 0, begins: 0 }
    return [{ node: null, target: null, start: 'initial', steps, spanSteps: 0, ...untouched }]
  }
  const total = countPrunable(job.network, compress.protect)
  const oneShot = isOneShot(compress.method)
  const anew = startsAnew(compress.method)
  const removedAt = (target: number) => total - keptWeights(target, total)
  const origin = startsUntrained(compress) ? 'initial' : 'dense'
  const curve = followsWhole(compress) ? { curve: removedAt(compress.connectivity.at(-1)!) } : {}
  let end = 0
  return listNodes(job, compress, removedAt).map(({ target, spanEnds, ends }, node): Stage => {
    // Ends are rounded, not lengths, so that rounding does not add up over the nodes.
    const begins = anew ? 0 : end
    end = Math.max(end + 1, Math.round(ends * stepsPerEpoch))
    const spanSteps = oneShot ? 0 : Math.max(1, Math.round(spanEnds * stepsPerEpoch) - begins)
    return {
      node,
      target,
      start: node === 0 || anew ? origin : 'previous',
      steps: end - begins,
      spanSteps: Math.min(spanSteps, end - begins),
      begins,
      removedBefore: node === 0 || anew ? 0 : removedAt(compress.connectivity[node - 1]!),
      removed: removedAt(target),
      ...curve,
    }
  })
}

/** The nodes to report, and when, in epochs, their spans and fine-tunings end. */
function listNodes({ train }: Job, compress: Compress, removedAt: (target: number) => number) {
  const { connectivity, schedule, span, finetune, method } = compress
  const whole = span + finetune
  const nodes = connectivity.length
  const before = startsUntrained(compress) ? train.epochs : 0
  if (schedule === 'sequential') {
    return [{ target: connectivity.at(-1)!, spanEnds: before + nodes * span, ends: before + nodes * whole }]
  }
  if (startsAnew(method)) {
    return connectivity.map((target, node) => ({
      target,
      spanEnds: before + (node + 1) * span,
      ends: before + (node + 1) * whole,
    }))
  }
  if (followsWhole(compress)) {
    // Each takes as much of the spans together as the curve takes from the node before.
    const last = removedAt(connectivity.at(-1)!)
    return connectivity.map((target, node) => {
      const spans = nodes * span * (last > 0 ? 1 - Math.cbrt(1 - removedAt(target) / last) : 1)
      return { target, spanEnds: spans + node * finetune, ends: spans + (node + 1) * finetune }
    })
  }
  return connectivity.map((target, node) => ({ target, spanEnds: node * whole + span, ends: (node + 1) * whole }))
}

/** Whether one cubic curve runs through all nodes. */
function followsWhole(compress: Compress): boolean {
  return 'path' in compress && compress.path === 'whole'
}
