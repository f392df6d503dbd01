/**
 * The scale-free form of the problem at one node, with N prunable weights, s of them removed, and the target s_max:
 *
 *     min over W, s  max over y, z >= 0    L(W) + y ||W||^2_{ceil(s),2} + (m N d) (z e + e^2 / 2)
 *
 *     d = (s_max - s_0) / N       the share of connections this node removes
 *     e = (s_max - s) / (N d)     the excess over the budget, 1 at the node's start, 0 when it is met
 *     m = ||W||^2 / N             the mean square of a weight
 *
 * z is thus measured in mean squares per connection, and the gradient in e's own unit is
 *
 *     dJ/de / (m N d) = z + e - y v / m         v = the (ceil(s)+1)-th smallest square
 *
 * Neither N, nor the size of the weights, nor the length of the span appears, so the same rates serve any network. The
 * quadratic term (an augmented Lagrangian) makes s move fast while the budget is far and slowly near it; z is what
 * remains to push once removing one more weight costs as much as e.
 */
export interface NodeGoal {
  /** Prunable weights, N. */
  total: number
  /** s at the node's start. */
  start: number
  /** s_max = N - K: as many weights as the node must remove. */
  target: number
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

/** Rates of s and z per span, of y per epoch. */
export interface Rates {
  s: number
  y: number
  z: number
}

/** e: the excess over the budget as a share of the node's way, in [0, 1]. */
export function excessOf(goal: NodeGoal, s: number): number {
  if (goal.target === goal.start) return 0
  return Math.min(1, Math.max(0, (goal.target - s) / (goal.target - goal.start)))
}
