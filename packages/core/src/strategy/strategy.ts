import type { NodeGoal } from '../minimax/lagrangian.ts'
import type { Trainee } from '../trainee.ts'

/** Where a strategy works: one node of one job. */
export interface NodeContext {
  /** Names of the prunable weights, in order. */
  names: readonly string[]
  goal: NodeGoal
  stepsPerEpoch: number
  /** Whose random choices, if any, this node makes. */
  seed: number
  node: number
}

/** What a strategy tells of a step; `null` for variables it does not have. */
export interface Trace {
  s: number | null
  y: number | null
  z: number | null
  /** Relative energy of the masked weights' stored values. */
  energy: number | null
}

/** A strategy's memory between steps: plain data that a checkpoint can hold. Tensors live in the trainee. */
export type StrategyState = Record<string, number>

/**
 * How a network loses its connections: minimax and every rival. A node starts with `begin`, then after each optimiser
 * step of the span comes `afterStep`; at its end the engine removes exactly the target with `finish` and freezes the mask.
 */
export interface Strategy {
  /** Cuts at once and trains with the fixed mask from the first step on, from the dense network at every node. */
  readonly oneShot: boolean
  begin(trainee: Trainee, context: NodeContext): StrategyState
  /** @param step steps of the span done, from 1 */
  afterStep(trainee: Trainee, context: NodeContext, state: StrategyState, step: number, lr: number): Trace
  /** Leaves masks with exactly `goal.target` zeros. */
  finish(trainee: Trainee, context: NodeContext, state: StrategyState): void
}
