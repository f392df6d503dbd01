import { type Duals, excessOf, type NodeGoal, type Rates } from './lagrangian.ts'

/**
 * Dual ascent, both clamped at 0:
 *
 *     y += (rate / steps) E        z += (rate / steps) e
 *
 * @param energy E, the relative energy ||W||^2_{s,2} / ||W||^2
 */
export function ascendDuals({ s, y, z }: Duals, goal: NodeGoal, rates: Rates, energy: number): Duals {
  return {
    s,
    y: Math.max(0, y + (rates.y * energy) / goal.steps),
    z: Math.max(0, z + (rates.z * excessOf(goal, s)) / goal.steps),
  }
}
