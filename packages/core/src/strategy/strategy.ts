import type { NodeGoal } from '../minimax/lagrangian.ts'
import type { Tensors } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'

/** Where a strategy works: one node of one job. */
export interface NodeContext {
  /** Names of the prunable weights, in order. */
  names: readonly string[]
  goal: NodeGoal
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

/** How a span ended: the step at which the target was met by itself; `null` when `finish` had to remove the rest. */
export interface Arrival {
  arrived: number | null
}

/** A strategy's memory between steps: plain data that a checkpoint can hold. Tensors live in the trainee. */
export type StrategyState = Record<string, number>

/** Cuts at once, from the dense network at every node, and leaves the rest to training with the fixed mask. */
export interface OneShot {
  kind: 'one-shot'
  /** Masks with exactly `goal.target` zeros. */
  cut(trainee: Trainee, context: NodeContext): Tensors
}

/**
 * Removes connections over a span: a node starts with `begin`, after each optimiser step comes `afterStep`, and at the
 * span's end the engine removes exactly the target with `finish` and freezes the mask.
 */
export interface Progressive {
  kind: 'progressive'
  begin(trainee: Trainee, context: NodeContext): StrategyState
  /** @param step steps of the span done, from 1 */
  afterStep(trainee: Trainee, context: NodeContext, state: StrategyState, step: number, lr: number): Trace
  /** Leaves masks with exactly `goal.target` zeros. */
  finish(trainee: Trainee, context: NodeContext, state: StrategyState): Arrival
}

/** How a network loses its connections: minimax and every rival. */
export type Strategy = OneShot | Progressive
