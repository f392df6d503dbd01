import type { Tensor } from '@tensorflow/tfjs-core'
import { scaleMasked } from '../mask.ts'

/**
 * The proximal step of y ||W||^2_{s,2}: each masked weight (mask 0) becomes w / (1 + 2 lr y), the others stay.
 *
 * @param hard the paper's code: masked weights become 0 instead
 */
export function shrinkMasked(weight: Tensor, mask: Tensor, lr: number, y: number, hard: boolean): Tensor {
  return scaleMasked(weight, mask, hard ? 0 : 1 / (1 + 2 * lr * y))
}
