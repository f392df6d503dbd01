import type { CompressOf } from '@snnx/ir'
import type { Bottom } from '@snnx/kernels'
import { ascendDuals } from '../minimax/dual.ts'
import { excessOf } from '../minimax/lagrangian.ts'
import { shrinkMasked } from '../minimax/proximal.ts'
import { stepSparsity } from '../minimax/sparsity.ts'
import { replaceMasks, selectBottom, updateMasked } from './selection.ts'
import type { Progressive, Trace } from './strategy.ts'

/** The variables, and what the last selection found: the relative energy E(s) and its slope dE/ds. */
interface MinimaxState extends Record<string, number> {
  s: number
  y: number
  z: number
  energy: number
  marginal: number
  /** The selection's threshold, near which the next one looks first. */
  threshold: number
  /** The step at which s met the target; 0 before. */
  arrived: number
}

/**
 * Minimax compression (Chen et al., ACM MM 2023) in scale-free form, see `lagrangian.ts`. After the optimiser's step on W:
 * s descends and the duals ascend by what the last selection found, then one selection of the ceil(s) smallest squares
 * gives the proximal shrink and the mask of the next forward pass. So the mask always holds exactly ceil(s) zeros, and one
 * O(n) selection a step is enough (decision 0002). Once s has met the target it stays there, and weights compete for the
 * places that are left until the span ends.
 */
export function minimax({ mask, rates }: Pick<CompressOf<'minimax'>, 'mask' | 'rates'>): Progressive {
  return {
    kind: 'progressive',
    begin(trainee, { names, goal }) {
      const { masks, bottom } = selectBottom(trainee.parameters, names, goal.start)
      replaceMasks(trainee, masks, false)
      return { s: goal.start, y: 0, z: 0, ...relativeEnergy(bottom), arrived: 0 } satisfies MinimaxState
    },
    afterStep(trainee, { names, goal }, kept, step, lr): Trace {
      const state = kept as MinimaxState
      const s = state.arrived > 0 ? goal.target : stepSparsity(state, goal, rates, state.marginal)
      const { y, z } = ascendDuals({ ...state, s }, goal, rates, state.energy)
      const { masks, bottom } = selectBottom(trainee.parameters, names, Math.ceil(s), state.threshold)
      replaceMasks(trainee, masks, false)
      updateMasked(trainee, (weight, zeroes) => shrinkMasked(weight, zeroes, lr, y, mask === 'hard'))
      const arrived = state.arrived || (excessOf(goal, s) === 0 ? step : 0)
      Object.assign(state, { s, y, z, ...relativeEnergy(bottom), arrived })
      return { s, y, z, energy: state.energy }
    },
    finish(trainee, { names, goal }, state) {
      replaceMasks(trainee, selectBottom(trainee.parameters, names, goal.target).masks, false)
      return { arrived: state.arrived! || null }
    },
  }
}

function relativeEnergy({ energy, total, next, threshold }: Bottom) {
  if (total === 0) return { energy: 0, marginal: 0, threshold }
  return { energy: energy / total, marginal: Math.min(next, total) / total, threshold }
}
