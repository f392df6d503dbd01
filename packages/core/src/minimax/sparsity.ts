import { type Duals, excessOf, type NodeGoal, type Rates, wayOf } from './lagrangian.ts'

/**
 * One step of gradient descent of s, straight-through over the ceiling, projected on [start, target]:
 *
 *     s += way (rate / steps) (z + e - y dE/d(s / way))
 *
 * @param marginal dE/ds = v / ||W||^2, v being the (ceil(s)+1)-th smallest square; Infinity when nothing is left
 * @returns the new s
 */
export function stepSparsity({ s, y, z }: Duals, goal: NodeGoal, rates: Rates, marginal: number): number {
  const way = wayOf(goal)
  const price = y * way === 0 ? 0 : y * way * marginal
  const moved = s + (way * rates.s * (z + excessOf(goal, s) - price)) / goal.steps
  return Math.min(goal.target, Math.max(goal.start, moved))
}
