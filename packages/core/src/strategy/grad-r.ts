import { type CompressOf, createRandom } from '@snnx/ir'
import { computeValues, readValues } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'
import { readAuxiliary, writeAuxiliary, writeWeights } from './auxiliary.ts'
import { maskIndices, pickLowest, replaceMasks, selectBottom } from './selection.ts'
import { type NodeContext, type Progressive, SILENT } from './strategy.ts'

/**
 * Grad R, gradient rewiring (Chen et al., IJCAI 2021). A synapse has a sign sigma that never changes and a strength theta;
 * it is live where theta > 0, dormant elsewhere, and the gradient passes the relu as if it were the identity:
 *
 *     w = sigma max(0, theta),   sigma theta -= eta A(dL/dw)  for all synapses,   theta -= alpha eta sign(theta - mu)
 *
 * so pruning and regrowth compete, while a Laplace prior of location mu and scale 1 / alpha pulls strengths down. mu is
 * where the prior has the share of synapses below 0 that the node removes. The paper leaves alpha, which alone decides the
 * sparsity, to be found by hand; here it is `pull` times the one at which, were there no gradient, exactly the node's
 * synapses would be dormant at the span's end: alpha = |w|_(s) / sum of eta. In the end the K strongest stay.
 *
 * Weights of 0 get a random sign (in the paper's code such a synapse has none, and is dead for ever). The factor
 * 1 / (1 - beta1^t) of its prior, which is 1 after some fifty steps, is left out.
 */
export function gradR({ pull }: Pick<CompressOf<'grad_r'>, 'pull'>): Progressive {
  return {
    kind: 'progressive',
    begin(trainee, context) {
      const { names, goal, travel } = context
      const { masks, bottom } = selectBottom(trainee.parameters, names, goal.target)
      for (const mask of masks.values()) mask.dispose()
      const alpha = (pull * Math.sqrt(Math.min(bottom.next, bottom.total))) / travel
      for (const name of names) {
        const random = createRandom(context.seed, 'sign', context.node, name)
        const weights = readValues(trainee.parameters.get(name)!)
        writeAuxiliary(
          trainee,
          'sigma',
          name,
          weights.map((w) => Math.sign(w) || (random.word() & 1 ? 1 : -1)),
        )
        writeAuxiliary(trainee, 'theta', name, weights.map(Math.abs))
      }
      maskDormant(trainee, context)
      const share = Math.max(1, goal.target) / goal.total
      return { alpha, mu: alpha > 0 ? locate(share) / alpha : 0 }
    },
    afterStep(trainee, context, state, _step, lr) {
      const { alpha, mu } = state as { alpha: number; mu: number }
      for (const name of context.names) {
        const sigma = readAuxiliary(trainee, 'sigma', name)
        const theta = readAuxiliary(trainee, 'theta', name)
        const learned = readValues(trainee.parameters.get(name)!)
        // Where it was live, w = sigma theta; where it was dormant, w started at 0 and theta has the rest.
        const strengths = computeValues(theta.length, (at) => {
          const grown = sigma[at]! * learned[at]! + Math.min(0, theta[at]!)
          return grown - alpha * lr * Math.sign(theta[at]! - mu)
        })
        writeAuxiliary(trainee, 'theta', name, strengths)
        const weights = computeValues(theta.length, (at) => (strengths[at]! > 0 ? sigma[at]! * strengths[at]! : 0))
        writeWeights(trainee, name, weights)
      }
      maskDormant(trainee, context)
      return SILENT
    },
    finish(trainee, context) {
      const { names, goal } = context
      const strengths = Float32Array.from(names.flatMap((name) => [...readAuxiliary(trainee, 'theta', name)]))
      const weakest = pickLowest(strengths, Int32Array.from(strengths.keys()), goal.target)
      replaceMasks(trainee, maskIndices(trainee.parameters, names, weakest), false)
      return { arrived: null }
    },
  }
}

/** alpha mu: the Laplace distribution of scale 1 / alpha has the share `s` below 0. */
export function locate(s: number): number {
  return s < 0.5 ? -Math.log(2 * s) : Math.log(2 * (1 - s))
}

/** Masks the weights that are 0. */
function maskDormant(trainee: Trainee, { names }: NodeContext): void {
  let zeros = 0
  for (const name of names) for (const w of readValues(trainee.parameters.get(name)!)) if (w === 0) zeros++
  replaceMasks(trainee, selectBottom(trainee.parameters, names, zeros).masks, false)
}
