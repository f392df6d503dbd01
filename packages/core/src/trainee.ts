import type { OptimizerState } from './optim/optimizer.ts'
import type { Model } from './simulate.ts'

/** A network in training: what a step of training or compression replaces. */
export interface Trainee extends Model {
  optimizer: OptimizerState
}
