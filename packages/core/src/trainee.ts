import type { OptimizerState } from './optim/optimizer.ts'
import type { Tensors } from './parameters.ts'
import type { Model } from './simulate.ts'

/** A network in training: what a step of training or compression replaces. */
export interface Trainee extends Model {
  optimizer: OptimizerState
  /** Tensors of the strategy's own, such as `theta/linear1.weight`; none outside of its span. */
  auxiliary: Tensors
}
