import { cubicSparsity } from './cubic.ts'
import { replaceMasks, selectBottom } from './selection.ts'
import type { Progressive } from './strategy.ts'

/**
 * The straight-through rival of minimax: the number of masked weights follows a prescribed cubic curve (Zhu and Gupta, 2017)
 * and there are no duals and no shrink. As in minimax the mask acts in the forward pass only, and the gradient goes straight
 * through it (the straight-through estimator: Bengio et al., 2013; of magnitude masks: Lin et al., DPF, ICLR 2020):
 *
 *     w -= lr A(dL/d(M w)),    M = 0 at the ceil(s) smallest squares of w
 *
 * so a masked weight keeps its value, learns on and returns when it is large enough.
 */
export function ste(): Progressive {
  return {
    kind: 'progressive',
    begin(trainee, { names, goal }) {
      const { masks, bottom } = selectBottom(trainee.parameters, names, goal.start)
      replaceMasks(trainee, masks, false)
      return { threshold: bottom.threshold }
    },
    afterStep(trainee, { names, goal }, state, step) {
      const s = cubicSparsity(goal, step)
      const { masks, bottom } = selectBottom(trainee.parameters, names, Math.ceil(s), state.threshold)
      replaceMasks(trainee, masks, false)
      state.threshold = bottom.threshold
      return { s, y: null, z: null, energy: bottom.total > 0 ? bottom.energy / bottom.total : 0 }
    },
    finish(trainee, { names, goal }) {
      replaceMasks(trainee, selectBottom(trainee.parameters, names, goal.target).masks, false)
      return { arrived: goal.steps }
    },
  }
}
