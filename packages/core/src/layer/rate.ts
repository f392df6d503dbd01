import { customGrad, engine, type Tensor } from '@tensorflow/tfjs-core'
import { RATE, RATE_BACKWARD } from '../kernel/rate.ts'

/** The mean over steps: x `[steps, ...]` to `[...]`. One kernel, where tfjs's own mean would transpose and tile. */
export function averageSteps(x: Tensor): Tensor {
  const steps = x.shape[0]!
  const op = customGrad((...all: unknown[]) => {
    const gradFunc = (dy: Tensor) => [engine().runKernel(RATE_BACKWARD, { dy }, { steps }) as Tensor]
    return { value: engine().runKernel(RATE, { x: all[0] as Tensor }, {}) as Tensor, gradFunc: gradFunc as never }
  })
  return op(x)
}
