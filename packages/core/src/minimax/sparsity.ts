import { type Duals, excessOf, type NodeGoal, type Rates } from './lagrangian.ts'

/**
 * One step of gradient descent of s, straight-through over the ceiling, projected on [start, target]:
 *
 *     e -= (rate / steps) * -(z + e - y v / m),   that is   s += (target - start) (rate / steps) (z + e - y v / m)
 *
 * @param marginal v / m: the (ceil(s)+1)-th smallest square over the mean square; Infinity when nothing is left
 * @returns the new s
 */
export function stepSparsity({ s, y, z }: Duals, goal: NodeGoal, rates: Rates, marginal: number): number {
  if (goal.target === goal.start) return goal.target
  const push = z + excessOf(goal, s) - (y === 0 ? 0 : y * marginal)
  const moved = s + ((goal.target - goal.start) * rates.s * push) / goal.steps
  return Math.min(goal.target, Math.max(goal.start, moved))
}

/** The given path instead: s = start + (target - start) (1 - (1 - t)^3) with t the share of the span done. */
export function cubicSparsity(goal: NodeGoal, step: number): number {
  const left = 1 - Math.min(1, step / goal.steps)
  return goal.start + (goal.target - goal.start) * (1 - left ** 3)
}
