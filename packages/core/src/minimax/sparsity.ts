import { type Constraint, type Group, leastOf } from './constraint.ts'
import { type NodeGoal, wayOf } from './lagrangian.ts'

/** A group's variables, and dE/ds_g, found by the last selection: v / ||W_g||^2; 1 where nothing is left. */
export interface GroupState {
  s: number
  y: number
  marginal: number
}

/** How far s follows a bound once it has been met, as a share of its fastest step: what is measured lags behind and is noisy. */
const PACE = 0.1

/**
 * One step of gradient descent of all s_g, straight-through over the ceiling and projected on what the bounds leave open:
 *
 *     s_g += way_g (rate / steps) (sum_k (z_k + max(0, e_k)) r_kg - y_g dE_g/d(s_g / way_g))
 *
 * The step ends where the last bound is met. From then on (`arrived`) the groups exchange weights along that bound, and s
 * follows it, for what is measured drifts.
 *
 * @param duals z_k, in the order of the constraints
 * @param rate of s, per span
 * @returns the new s_g, and whether all bounds are met now
 */
export function stepSparsity(
  groups: readonly Group[],
  states: readonly GroupState[],
  constraints: readonly Constraint[],
  duals: readonly number[],
  goal: NodeGoal,
  rate: number,
  arrived: boolean,
): { s: number[]; met: boolean } {
  const ways = groups.map(({ total }) => (wayOf(goal) * total) / goal.total)
  const prices = states.map(({ y, marginal }, group) => (y * ways[group]! === 0 ? 0 : y * ways[group]! * marginal))
  const moves = arrived
    ? alongBound(groups, constraints, prices, ways, goal, rate)
    : groups.map((_, group) => {
        const push = constraints.reduce(
          (sum, { excess, slopes }, k) =>
            sum + (duals[k]! + Math.max(0, excess)) * relative(slopes, group, groups, goal.total),
          0,
        )
        return (ways[group]! * rate * (push - prices[group]!)) / goal.steps
      })
  const share = arrived ? 1 : shareToBounds(constraints, moves)
  const s = groups.map(({ total }, group) => {
    const start = (goal.start * total) / goal.total
    const moved = states[group]!.s + moves[group]! * share
    return Math.min(total, Math.max(groups.length === 1 ? start : 0, moved))
  })
  return settle(s, constraints, goal, arrived || share < 1)
}

/** How much of the moves it takes until every bound is met; at most 1. */
function shareToBounds(constraints: readonly Constraint[], moves: readonly number[]): number {
  let share = 0
  for (const { over, slopes } of constraints) {
    const gained = slopes.reduce((sum, slope, group) => sum + slope * moves[group]!, 0)
    if (over > 0) share = Math.max(share, gained > 0 ? Math.min(1, over / gained) : 1)
  }
  return share
}

/** Moves that leave the tightest bound as it is, but for a part of what it is off by. */
function alongBound(
  groups: readonly Group[],
  constraints: readonly Constraint[],
  prices: readonly number[],
  ways: readonly number[],
  goal: NodeGoal,
  rate: number,
): number[] {
  const { over, slopes } = constraints.reduce((tightest, of) => (of.excess > tightest.excess ? of : tightest))
  const weigh = (of: (group: number) => number) =>
    groups.reduce((sum, _, group) => sum + slopes[group]! * ways[group]! * of(group), 0)
  const whole = weigh(() => 1)
  if (whole === 0) return groups.map(() => 0)
  const common = weigh((group) => -prices[group]!) / whole
  return groups.map((_, group) => {
    const exchanged = groups.length === 1 ? 0 : (ways[group]! * rate * (-prices[group]! - common)) / goal.steps
    const pace = (PACE * ways[group]! * rate) / goal.steps
    return exchanged + Math.min(pace, Math.max(-pace, (over * ways[group]!) / whole))
  })
}

/** Connectivity is known exactly: where it is what binds, the sum of s is its bound, to the last weight. */
function settle(
  s: number[],
  constraints: readonly Constraint[],
  goal: NodeGoal,
  near: boolean,
): { s: number[]; met: boolean } {
  const sum = s.reduce((total, of) => total + of, 0)
  const least = leastOf(goal)
  if (!near) return { s, met: constraints.every(({ over }) => over <= 0) }
  const others = constraints.every(({ name, over }) => name === 'connectivity' || over <= 0)
  // Nothing to remove: there is no way to share out.
  if (sum === 0 && least === 0) return { s, met: others }
  if (sum < least || (constraints.length === 1 && constraints[0]!.name === 'connectivity')) {
    return { s: s.map((of) => (s.length === 1 ? least : (of * least) / sum)), met: others }
  }
  return { s, met: true }
}

/** r_kg: what a weight of the group costs, as a share of what one costs in the mean. */
function relative(slopes: readonly number[], group: number, groups: readonly Group[], total: number): number {
  const mean = groups.reduce((sum, of, index) => sum + slopes[index]! * of.total, 0) / total
  return mean > 0 ? slopes[group]! / mean : 0
}
