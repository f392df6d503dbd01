import type { Budget } from '../budget/budget.ts'
import { countKept, sumKept } from '../measure/kept.ts'
import type { Tensors } from '../parameters.ts'
import { excessOf, type NodeGoal } from './lagrangian.ts'

/** Weights that compete with each other: indices of the prunable layers, and how many weights they have. */
export interface Group {
  layers: readonly number[]
  total: number
}

/** One of the problem's constraints at a step. */
export interface Constraint {
  /** `connectivity`, or a budget's resource. */
  name: string
  /** e, the excess over the bound as a share of the node's way: 1 at its start, 0 where it is met, below 0 where there is room. */
  excess: number
  /** R - B: how much too much there is, in weights or in the budget's unit. */
  over: number
  /** -dR/ds by group: what a kept weight costs in the mean. */
  slopes: readonly number[]
}

/**
 * The constraints with these masks: connectivity as long as it asks for more than the node's start, then the budgets.
 *
 * @param from R of each budget at the node's start
 */
export function listConstraints(
  goal: NodeGoal,
  s: number,
  budgets: readonly Budget[],
  from: readonly number[],
  masks: Tensors,
  groups: readonly Group[],
): Constraint[] {
  const least = leastOf(goal)
  const constraints: Constraint[] =
    budgets.length === 0 || least > goal.start
      ? [{ name: 'connectivity', excess: excessOf(goal, s), over: least - s, slopes: groups.map(() => 1) }]
      : []
  if (budgets.length === 0) return constraints
  const layers = [...masks.values()]
  const kept = layers.map(countKept)
  for (const [index, { resource, aim, costs, value }] of budgets.entries()) {
    const over = value(masks) - aim
    // Where the node begins near its bound, the bound itself is the scale.
    const way = Math.max(from[index]! - aim, 0.01 * aim)
    const spent = layers.map((mask, layer) => sumKept(mask, costs[layer]!))
    constraints.push({
      name: resource,
      excess: Math.min(1, Math.max(-1, over / way)),
      over,
      slopes: groups.map((group) => sumOver(group, spent) / Math.max(1, sumOver(group, kept))),
    })
  }
  return constraints
}

/** The weights that connectivity alone makes the node remove. */
export function leastOf({ least, target }: NodeGoal): number {
  return least ?? target
}

function sumOver({ layers }: Group, values: readonly number[]): number {
  return layers.reduce((sum, layer) => sum + values[layer]!, 0)
}
