/**
 * The scale-free form of the problem at one node, with N prunable weights, s of them removed, and the target s_max:
 *
 *     min over W, s  max over y, z >= 0    L(W) + y ||W||^2_{ceil(s),2} + C (z e(s) + e(s)^2 / 2)
 *
 *     E = ||W||^2_{ceil(s),2} / ||W||^2       relative energy of the s smallest, in [0, 1]
 *     e = (s_max - s) / (s_max - s_0)         excess over the budget as a share of the node's way, from 1 to 0
 *
 * This is the paper's problem with z (R(s) - B) counted in this node's way, and with a quadratic term (an augmented
 * Lagrangian) that makes s move fast while the budget is far and slowly near it. C = ||W||^2 is the present scale of the
 * weights: a constant for the step of W, and the unit in which s and y take theirs. The gradient of s, per way and C, is
 *
 *     -(z + e) + y dE/d(s / way)              dE/d(s / way) = way v / ||W||^2,  v = the (ceil(s)+1)-th smallest square
 *
 * and that of y, per C, is E.
 *
 * Neither N, nor the size of the weights, nor the length of the span appears, so the same rates serve any network.
 */
export interface NodeGoal {
  /** Prunable weights, N. */
  total: number
  /** s_0, s at the node's start. */
  start: number
  /** s_max = N - K: as many weights as the node must remove. */
  target: number
  /** Weights that the whole curve removes of which this node has a piece; absent: the node has a curve of its own. */
  curve?: number
  /** Steps of the span. */
  steps: number
}

/** The variables of one node's problem. */
export interface Duals {
  /** Weights to remove; real-valued, the mask removes ceil(s). */
  s: number
  y: number
  z: number
}

/** Rates of s, y and z per span. */
export interface Rates {
  s: number
  y: number
  z: number
}

/** The way of a node: how many weights it removes. */
export function wayOf(goal: NodeGoal): number {
  return goal.target - goal.start
}

/** e: the excess over the budget as a share of the node's way, in [0, 1]. */
export function excessOf(goal: NodeGoal, s: number): number {
  if (wayOf(goal) === 0) return 0
  return Math.min(1, Math.max(0, (goal.target - s) / wayOf(goal)))
}
