import type { Bottom } from '@snnx/kernels'
import type { StrategyState } from '../strategy/strategy.ts'
import type { GroupState } from './sparsity.ts'

/** A group's variables, and what its last selection found: the relative energy E, its slope dE/ds, and the threshold. */
export interface GroupVariables extends GroupState {
  energy: number
  /** Near which the next selection looks first. */
  threshold: number
}

const KEYS = ['s', 'y', 'energy', 'marginal', 'threshold'] as const

/** The groups' variables out of a strategy's plain numbers. */
export function readGroups(state: StrategyState, groups: number): GroupVariables[] {
  return Array.from({ length: groups }, (_, group) => {
    const [s, y, energy, marginal, threshold] = KEYS.map((key) => state[`${key}${group}`]!)
    return { s: s!, y: y!, energy: energy!, marginal: marginal!, threshold: threshold! }
  })
}

/** Puts some of a group's variables into a strategy's numbers. */
export function writeGroup(state: StrategyState, group: number, variables: Partial<GroupVariables>): void {
  for (const key of KEYS) if (variables[key] !== undefined) state[`${key}${group}`] = variables[key]
}

/** z of a constraint. */
export function readDual(state: StrategyState, constraint: string): number {
  return state[`z.${constraint}`] ?? 0
}

export function writeDual(state: StrategyState, constraint: string, z: number): void {
  state[`z.${constraint}`] = z
}

/** What a selection found, relative to the group's whole energy. */
export function relativeEnergy({ energy, total, next, threshold }: Bottom): Omit<GroupVariables, 's' | 'y'> {
  if (total === 0) return { energy: 0, marginal: 0, threshold }
  return { energy: energy / total, marginal: Math.min(next, total) / total, threshold }
}
