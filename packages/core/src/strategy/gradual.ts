import { maskMoments } from '../optim/optimizer.ts'
import type { Trainee } from '../trainee.ts'
import { cubicSparsity } from './cubic.ts'
import { removeMasked, replaceMasks, selectBottom } from './selection.ts'
import { type NodeContext, type Progressive, SILENT } from './strategy.ts'

/**
 * Gradual magnitude pruning (Zhu and Gupta, 2017): the sparsity follows s_f + (s_i - s_f)(1 - t)^3; every `interval`
 * steps, and at the span's last, the smallest magnitudes go for good. Masked weights do not learn, so masks are nested.
 */
export function gradual({ interval }: { interval: number }): Progressive {
  const prune = (trainee: Trainee, { names }: NodeContext, s: number) => {
    replaceMasks(trainee, selectBottom(trainee.parameters, names, Math.ceil(s)).masks, true)
    removeMasked(trainee)
    maskMoments(trainee.optimizer, trainee.masking!.masks)
  }
  return {
    kind: 'progressive',
    begin(trainee, context) {
      prune(trainee, context, context.goal.start)
      return {}
    },
    afterStep(trainee, context, _, step) {
      if (step % interval === 0) prune(trainee, context, cubicSparsity(context.goal, step))
      return SILENT
    },
    finish(trainee, context) {
      prune(trainee, context, context.goal.target)
      return { arrived: context.goal.steps }
    },
  }
}
