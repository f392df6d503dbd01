import type { Neuron } from '@snnx/ir'
import { customGrad, engine, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core'
import { NEURON_BACKWARD, NEURON_FORWARD, type NeuronAttributes } from '../kernel/register.ts'

/**
 * A layer of neurons over all steps at once: one forward and one backward kernel, one entry on the tape.
 *
 * @param x `[steps, batch, features]`, or `[batch, features]` when the input is the same at every step
 * @param logit for `plif`: w with 1/tau = sigmoid(w), a scalar
 * @returns spikes `[steps, batch, features]`
 */
export function fireNeurons(
  neuron: Neuron,
  steps: number,
  x: Tensor,
  logit: Tensor | null,
  constantInput: boolean,
): Tensor {
  const width = constantInput ? x.size : x.size / steps
  const attributes = { neuron, extent: { steps, width, constantInput } } satisfies NeuronAttributes
  const run = <Outputs>(kernel: string, inputs: NamedTensorMap) =>
    engine().runKernel(kernel, inputs, attributes as never) as unknown as Outputs
  const op = customGrad((...all: unknown[]) => {
    const save = all.pop() as (tensors: Tensor[]) => void
    const [input, w] = all as [Tensor, Tensor | undefined]
    const learned: NamedTensorMap = w ? { w } : {}
    const [spikes, membrane] = run<[Tensor, Tensor]>(NEURON_FORWARD, { x: input, ...learned })
    save([input, spikes, membrane, ...(w ? [w] : [])])
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [x, spikes, membrane, w] = saved as [Tensor, Tensor, Tensor, Tensor | undefined]
      const inputs: NamedTensorMap = { x, spikes, membrane, dy, ...(w ? { w } : {}) }
      const [toInput, toLogit] = run<[Tensor, Tensor]>(NEURON_BACKWARD, inputs)
      return w ? [toInput, toLogit] : [toInput]
    }
    return { value: spikes, gradFunc: gradFunc as never }
  })
  return logit ? op(x, logit) : op(x)
}
