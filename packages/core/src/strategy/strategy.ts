import type { Resource } from '@snnx/ir'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Budget } from '../budget/budget.ts'
import type { NodeGoal } from '../minimax/lagrangian.ts'
import type { Tensors } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'

/** Where a strategy works: one node of one job. */
export interface NodeContext {
  /** Names of the prunable weights, in order. */
  names: readonly string[]
  /** How often each weight of a layer is used at one step: the layer's output positions. */
  positions: readonly number[]
  goal: NodeGoal
  /** Bounds of other resources than connectivity, as they are known at present; to be read anew at every step. */
  budgets: readonly Budget[]
  /** Whose random choices, if any, this node makes. */
  seed: number
  node: number
  /** The sum of the learning rates over the span: how far a weight goes that every step pulls by its rate. */
  travel: number
}

/** What a strategy tells of a step; `null` for variables it does not have. */
export interface Trace {
  s: number | null
  y: number | null
  z: number | null
  /** Relative energy of the masked weights' stored values. */
  energy: number | null
  /** Of each budget: what the masks before the step took, and its dual. */
  budgets?: { resource: Resource; limit: number; value: number; z: number }[]
  /** s and y of each layer, where it has its own. */
  groups?: { s: number; y: number }[]
}

/** The trace of what has no variables. */
export const SILENT: Trace = { s: null, y: null, z: null, energy: null }

/** How a span ended: the step at which the target was met by itself; `null` when `finish` had to remove the rest. */
export interface Arrival {
  arrived: number | null
}

/**
 * A strategy's numbers between steps: plain data that a checkpoint can hold. Its tensors live in `trainee.auxiliary`, and
 * a checkpoint holds them too.
 */
export type StrategyState = Record<string, number>

/** Cuts at once and leaves the rest to training with the fixed mask. */
export interface OneShot {
  kind: 'one-shot'
  /** Masks with exactly `goal.target` zeros. */
  cut(trainee: Trainee, context: NodeContext): Tensors
  /** After the cut everything that the network has learned goes back to what it was in the dense, or the untrained, network. */
  rewind?: 'dense' | 'initial'
}

/**
 * Removes connections over a span: a node starts with `begin`, after each optimiser step comes `afterStep`, and at the
 * span's end the engine removes exactly the target with `finish` and freezes the mask.
 *
 * The parameters always hold the weights that the network computes with. A method that stores others has them in
 * `trainee.auxiliary`, and finds by the weights what the optimiser did.
 */
export interface Progressive {
  kind: 'progressive'
  begin(trainee: Trainee, context: NodeContext): StrategyState
  /**
   * Sees the gradient of each learned parameter, once a step, before the optimiser does.
   *
   * @param step the one that is being made, from 1
   * @param gradient stays the caller's; to be read at once or not at all, for it may yet have to be computed from what is freed then
   * @returns what the optimiser takes instead, a new tensor or `gradient` itself; `null` leaves the parameter as it is
   */
  adjustGradient?(
    trainee: Trainee,
    context: NodeContext,
    state: StrategyState,
    step: number,
    name: string,
    gradient: Tensor,
  ): Tensor | null
  /** @param step steps of the span done, from 1 */
  afterStep(trainee: Trainee, context: NodeContext, state: StrategyState, step: number, lr: number): Trace
  /** Leaves masks with exactly `goal.target` zeros; where there are budgets, with as many as the method found right. */
  finish(trainee: Trainee, context: NodeContext, state: StrategyState): Arrival
  /** `finish` looks at the budgets: it may be called again after they were corrected. */
  settles?: true
  /** By what weights are priced where budgets make more of them go, see `priceFactors`; absent: all alike. */
  price?(trainee: Trainee, context: NodeContext, state: StrategyState): Float32Array[] | null
}

/** How a network loses its connections: minimax and every rival. */
export type Strategy = OneShot | Progressive
