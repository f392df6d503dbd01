import type { Resource } from '@snnx/ir'
import type { Tensors } from '../parameters.ts'

/** A bound that a node's masks must meet, and what each weight costs of it at present. */
export interface Budget {
  resource: Resource
  /** What the spec allows, in base units. */
  limit: number
  /** What the masks are made for: a little less where the resource is measured, for what is measured varies. */
  aim: number
  /** What cannot be pruned takes this much. */
  fixed: number
  /** What one weight costs, dR/dw, per prunable layer: one figure, or one for each column of the layer's weights. */
  costs: readonly Float32Array[]
  /** The energy that each prunable layer has left, sum of its kept w^2. */
  energies: readonly number[]
  /** R: what the network takes with these masks. */
  value(masks: Tensors): number
}

/** Whether every budget is met, as far as the model tells. */
export function areMet(budgets: readonly Budget[], masks: Tensors): boolean {
  return budgets.every(({ aim, value }) => value(masks) <= aim)
}
