import type { Neuron } from '@snnx/ir'
import { customGrad, engine, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core'
import { FIRE, FIRE_BACKWARD, type FireAttributes } from '../kernel/fire.ts'
import type { PreparedNorm } from './norm.ts'

/**
 * A layer of neurons over all steps at once, with the batch norm before it, if any: one forward and one backward kernel,
 * one entry on the tape.
 *
 * @param x `[steps, batch, ...]`, or `[batch, ...]` when the input is the same at every step
 * @param logit for `plif`: w with 1/tau = sigmoid(w), a scalar
 * @returns spikes `[steps, batch, ...]`
 */
export function fireNeurons(
  neuron: Neuron,
  steps: number,
  x: Tensor,
  logit: Tensor | null,
  constantInput: boolean,
  norm: PreparedNorm | null,
): Tensor {
  const width = constantInput ? x.size : x.size / steps
  const attributes: FireAttributes = {
    neuron,
    extent: { steps, width, row: x.shape.at(-1)!, constantInput },
    affine: norm?.affine ?? null,
    norm: norm?.pass ?? null,
  }
  const run = <Outputs>(kernel: string, inputs: NamedTensorMap) =>
    engine().runKernel(kernel, inputs, attributes as never) as unknown as Outputs
  const op = customGrad((...all: unknown[]) => {
    const save = all.pop() as (tensors: Tensor[]) => void
    const input = all[0] as Tensor
    const learned: NamedTensorMap = logit ? { w: all.at(-1) as Tensor } : {}
    save([input, ...(logit ? [learned.w!] : [])])
    const gradFunc = (dy: Tensor, [x, w]: Tensor[]) => {
      const [toInput, toLogit, ...toNorm] = run<Tensor[]>(FIRE_BACKWARD, { x: x!, dy, ...(w ? { w } : {}) })
      for (const done of [dy, x!]) done.dispose()
      return [toInput!, ...toNorm, ...(w ? [toLogit!] : [])]
    }
    return { value: run<Tensor>(FIRE, { x: input, ...learned }), gradFunc: gradFunc as never }
  })
  return op(x, ...(norm ? [norm.gamma, norm.beta] : []), ...(logit ? [logit] : []))
}
