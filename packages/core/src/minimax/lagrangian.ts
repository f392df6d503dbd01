/**
 * The scale-free form of the problem at one node, with N prunable weights in groups g (all of them, or one group a layer),
 * s_g of them removed, and bounds B_k:
 *
 *     min over W, s  max over y, z >= 0    L(W) + sum_g y_g ||W_g||^2_{ceil(s_g),2} + C sum_k (z_k e_k(s) + max(0, e_k(s))^2 / 2)
 *
 *     E_g = ||W_g||^2_{ceil(s_g),2} / ||W_g||^2     relative energy of the s_g smallest, in [0, 1]
 *     e_k = (R_k(s) - B_k) / (R_k(s_0) - B_k)       excess over the bound as a share of the node's way, from 1 to 0
 *
 * For connectivity alone e = (s_max - s) / (s_max - s_0). This is the paper's problem with z (R(s) - B) counted in this
 * node's way, and with a quadratic term (an augmented Lagrangian) that makes s move fast while a bound is far and slowly near
 * it. C = ||W||^2 is the present scale of the weights: a constant for the step of W, and the unit in which s and y take
 * theirs. The gradient of s_g, per way and C, is
 *
 *     -sum_k (z_k + max(0, e_k)) r_kg + y_g dE_g/d(s_g / way_g)
 *
 *     r_kg = (dR_k/ds_g) / (dR_k/ds)                1 for connectivity and for a single group
 *     dE_g/d(s_g / way_g) = way_g v / ||W_g||^2     v = the (ceil(s_g)+1)-th smallest square
 *
 * that of y_g, per C, is E_g, and that of z_k is e_k. Where layers differ in what their weights cost, squares are divided
 * by the price of their layer (`priceFactors`).
 *
 * Neither N, nor the size of the weights, nor the length of the span appears, so the same rates serve any network.
 */
export interface NodeGoal {
  /** Prunable weights, N. */
  total: number
  /** s_0, s at the node's start. */
  start: number
  /** s_max: as many weights as the node must remove; N - K, or an estimate where bounds of other resources ask for more. */
  target: number
  /** N - K, where other bounds made `target` larger. */
  least?: number
  /** Weights that the whole curve removes of which this node has a piece; absent: the node has a curve of its own. */
  curve?: number
  /** Steps of the span. */
  steps: number
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

/** e of connectivity: the excess over its bound as a share of the node's way, in [0, 1]. */
export function excessOf({ least, target, start }: NodeGoal, s: number): number {
  const goal = least ?? target
  if (goal <= start) return 0
  return Math.min(1, Math.max(0, (goal - s) / (goal - start)))
}
