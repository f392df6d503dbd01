import { customGrad, mul, type Tensor } from '@tensorflow/tfjs-core'
import type { Tensors } from './parameters.ts'

/** Masks by parameter name, 1 = kept; `frozen` once the node's mask is fixed. */
export interface Masking {
  masks: Tensors
  frozen: boolean
}

/**
 * The weights the forward pass uses. While compressing, the mask acts in the forward pass only and the gradient goes
 * straight through, so a masked weight keeps learning and can return; once frozen, the gradient is masked as well.
 * Every weight is a tensor of its own here (`applyLinear` needs that).
 */
export function maskWeights(parameters: Tensors, masking: Masking | null): Tensors {
  return new Map(
    [...parameters].map(([name, value]) => [name, maskOne(value, masking?.masks.get(name), masking?.frozen)]),
  )
}

function maskOne(value: Tensor, mask: Tensor | undefined, frozen: boolean | undefined): Tensor {
  if (!mask) return value
  const op = customGrad((...all: unknown[]) => {
    const gradFunc = (dy: Tensor) => [frozen ? mul(dy, mask) : dy]
    return { value: mul(all[0] as Tensor, mask), gradFunc: gradFunc as never }
  })
  return op(value)
}
