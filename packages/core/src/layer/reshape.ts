import { customGrad, reshape as reshapeTensor, type Tensor } from '@tensorflow/tfjs-core'

/**
 * tfjs's reshape, whose gradient frees what it was made of: tfjs's own keeps it to the end of the step, and large buffers
 * would have to be laid around it.
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const op = customGrad((...all: unknown[]) => {
    const input = all[0] as Tensor
    const gradFunc = (dy: Tensor) => {
      const gradient = reshapeTensor(dy, input.shape)
      dy.dispose()
      return [gradient]
    }
    return { value: reshapeTensor(input, [...shape]), gradFunc: gradFunc as never }
  })
  return op(x)
}
