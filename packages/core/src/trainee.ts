import type { Masking } from './mask.ts'
import type { OptimizerState } from './optim/optimizer.ts'
import type { Tensors } from './parameters.ts'

/** A network in training: what a step of training or compression replaces. */
export interface Trainee {
  parameters: Tensors
  optimizer: OptimizerState
  /** `null` while the network is dense. */
  masking: Masking | null
}
