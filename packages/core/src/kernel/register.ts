import type { Neuron } from '@snnx/ir'
import { type KernelFunc, registerKernel, type TensorInfo } from '@tensorflow/tfjs-core'
import { cpuMemory, type HostMemory, wasmMemory } from '../backend/memory.ts'
import { maskBottom } from './bottom.ts'
import { decayOf, type NeuronExtent, neuronBackward, neuronForward } from './neuron.ts'

export const NEURON_FORWARD = 'SnnxNeuronForward'
export const NEURON_BACKWARD = 'SnnxNeuronBackward'
export const MASK_BOTTOM = 'SnnxMaskBottom'

/** Attributes of the neuron kernels. */
export interface NeuronAttributes {
  neuron: Neuron
  extent: NeuronExtent
}

/** Inputs `x` (and `w`, the learned decay's logit, for `plif`); outputs spikes and membrane, `[steps, ...]`. */
const forward = (memoryOf: (backend: unknown) => HostMemory): KernelFunc => {
  return ({ inputs, attrs, backend }) => {
    const { neuron, extent } = attrs as unknown as NeuronAttributes
    const memory = memoryOf(backend)
    const x = inputs.x as TensorInfo
    const shape = extent.constantInput ? [extent.steps, ...x.shape] : x.shape
    const [spikes, membrane] = memory.allocate([shape, shape])
    const decay = decayOf(neuron, inputs.w ? memory.view(inputs.w as TensorInfo)[0]! : null)
    neuronForward(neuron, decay, extent, memory.view(x), spikes!.view, membrane!.view)
    return [spikes!.info, membrane!.info]
  }
}

/** Inputs `x`, `spikes`, `membrane`, `dy` (and `w`); outputs the gradients to x and to w's logit (a scalar). */
const backward = (memoryOf: (backend: unknown) => HostMemory): KernelFunc => {
  return ({ inputs, attrs, backend }) => {
    const { neuron, extent } = attrs as unknown as NeuronAttributes
    const memory = memoryOf(backend)
    const read = (name: string) => memory.view(inputs[name] as TensorInfo)
    const [gradient, toLogit] = memory.allocate([(inputs.x as TensorInfo).shape, []])
    const decay = decayOf(neuron, inputs.w ? read('w')[0]! : null)
    const toDecay = neuronBackward(
      neuron,
      decay,
      extent,
      read('x'),
      read('spikes'),
      read('membrane'),
      read('dy'),
      gradient!.view,
    )
    toLogit!.view[0] = toDecay * decay * (1 - decay)
    return [gradient!.info, toLogit!.info]
  }
}

/** Inputs `w0..wn`, attribute `s`; outputs the masks and the three numbers of `Bottom` as `[energy, total, next]`. */
const bottom = (memoryOf: (backend: unknown) => HostMemory): KernelFunc => {
  return ({ inputs, attrs, backend }) => {
    const memory = memoryOf(backend)
    const tensors = Object.keys(inputs).map((_, index) => inputs[`w${index}`] as TensorInfo)
    const masks = memory.allocate([...tensors.map((tensor) => tensor.shape), [3]])
    const stats = masks.pop()!
    const views = tensors.map((tensor) => memory.view(tensor))
    const found = maskBottom(
      views,
      attrs!.s as number,
      masks.map((mask) => mask.view),
    )
    stats.view.set([found.energy, found.total, found.next])
    return [...masks.map((mask) => mask.info), stats.info]
  }
}

/** Registers the kernels that tfjs lacks with the backends whose memory JavaScript can see. Safe to call once. */
export function registerHostKernels(): void {
  for (const [backendName, memoryOf] of [
    ['wasm', wasmMemory],
    ['cpu', cpuMemory],
  ] as const) {
    registerKernel({ kernelName: NEURON_FORWARD, backendName, kernelFunc: forward(memoryOf) })
    registerKernel({ kernelName: NEURON_BACKWARD, backendName, kernelFunc: backward(memoryOf) })
    registerKernel({ kernelName: MASK_BOTTOM, backendName, kernelFunc: bottom(memoryOf) })
  }
}
