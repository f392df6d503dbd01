import { type NodeGoal, wayOf } from '../minimax/lagrangian.ts'

/**
 * Zhu and Gupta's curve (2017), with t the share of the span done: s rises fast at first and slowly in the end.
 *
 *     s = s_0 + (s_end - s_0) (1 - (1 - t)^3)
 *
 * A node whose curve goes on to s_end beyond the node's own target (`goal.curve`) has the piece of it from s_0 to there:
 * 1 - t then falls from 1 to r = ((s_end - target) / (s_end - s_0))^(1/3) only.
 */
export function cubicSparsity(goal: NodeGoal, step: number): number {
  const left = 1 - Math.min(1, step / goal.steps)
  if (left === 0 || wayOf(goal) === 0) return goal.target
  const end = goal.curve ?? goal.target
  const way = end - goal.start
  const rest = Math.cbrt((end - goal.target) / way)
  return Math.min(goal.target, goal.start + way * (1 - (rest + (1 - rest) * left) ** 3))
}
