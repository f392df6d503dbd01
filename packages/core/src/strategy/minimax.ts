import type { CompressOf } from '@snnx/ir'
import { ascendDuals } from '../minimax/dual.ts'
import { excessOf } from '../minimax/lagrangian.ts'
import { shrinkMasked } from '../minimax/proximal.ts'
import { cubicSparsity, stepSparsity } from '../minimax/sparsity.ts'
import { replaceMasks, selectBottom, updateMasked } from './selection.ts'
import type { Strategy } from './strategy.ts'

/**
 * Minimax compression (Chen et al., ACM MM 2023) in scale-free form, see `lagrangian.ts`. After the optimiser's step on W
 * one selection of the ceil(s) smallest squares serves everything: the mask of the next forward pass, the proximal
 * shrink, the gradient of s and the ascent of y; z follows the new s.
 */
export function minimax({ path, mask, rates }: Pick<CompressOf<'minimax'>, 'path' | 'mask' | 'rates'>): Strategy {
  return {
    oneShot: false,
    begin(trainee, { names, goal }) {
      const { masks } = selectBottom(trainee.parameters, names, goal.start)
      replaceMasks(trainee, masks, false)
      return { s: goal.start, y: 0, z: 0, arrived: 0 }
    },
    afterStep(trainee, { names, goal, stepsPerEpoch }, state, step, lr) {
      const { s, y, z } = state as { s: number; y: number; z: number }
      const { masks, bottom } = selectBottom(trainee.parameters, names, Math.ceil(s))
      replaceMasks(trainee, masks, false)
      updateMasked(trainee, (weight, zeroes) => shrinkMasked(weight, zeroes, lr, y, mask === 'hard'))
      const energy = bottom.total > 0 ? bottom.energy / bottom.total : 0
      const marginal = bottom.total > 0 ? bottom.next / bottom.total : 0
      const moved = path === 'cubic' ? cubicSparsity(goal, step) : stepSparsity({ s, y, z }, goal, rates, marginal)
      Object.assign(state, ascendDuals({ s: moved, y, z }, goal, rates, energy, stepsPerEpoch))
      if (!state.arrived && excessOf(goal, moved) === 0) state.arrived = step
      return { s: moved, y: state.y!, z: state.z!, energy }
    },
    finish(trainee, { names, goal }) {
      replaceMasks(trainee, selectBottom(trainee.parameters, names, goal.target).masks, false)
    },
  }
}
