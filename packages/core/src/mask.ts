import { customGrad, engine, mul, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { bitsOf, memoryOf } from './backend/memory.ts'
import { SCALE_MASKED } from './kernel/select.ts'
import type { Tensors } from './parameters.ts'

/** Masks by parameter name, 1 = kept; `frozen` once the node's mask is fixed. */
export interface Masking {
  masks: Tensors
  frozen: boolean
}

/**
 * The weight the forward pass uses, where no kernel of ours takes the mask itself. While compressing, the mask acts in the
 * forward pass only and the gradient goes straight through, so a masked weight keeps learning and can return; once frozen,
 * the gradient is masked as well.
 */
export function maskOne(value: Tensor, mask: Tensor | undefined, frozen: boolean | undefined): Tensor {
  if (!mask) return value
  const op = customGrad((...all: unknown[]) => {
    const gradFunc = (dy: Tensor) => [frozen ? mul(dy, mask) : dy]
    return { value: mul(all[0] as Tensor, mask), gradFunc: gradFunc as never }
  })
  return op(value)
}

/** w where the mask is 1, factor w where it is 0. */
export function scaleMasked(w: Tensor, mask: Tensor, factor: number): Tensor {
  return engine().runKernel(SCALE_MASKED, { w, mask }, { factor }) as Tensor
}

/** A mask of these marks, 1 = kept. */
export function makeMask(marks: ArrayLike<number>, shape: number[]): Tensor {
  return packMask(tensor(Float32Array.from(marks), shape))
}

/** A mask made of numbers, in the form that the backend keeps masks in; disposes of the former. */
export function packMask(mask: Tensor): Tensor {
  const memory = memoryOf()
  const packed = memory.allocateSpikes(mask.shape, mask.size)
  packed.bits.set(bitsOf(memory, mask, mask.size))
  packed.done(memory.kernels.countSpikes(packed.bits))
  mask.dispose()
  return engine().makeTensorFromTensorInfo(packed.info)
}
