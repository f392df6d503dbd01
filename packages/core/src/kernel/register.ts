import { getKernel, type KernelFunc, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core'
import type { NativeBackend } from '../backend/native.ts'
import { CONVOLVE, convolve, convolveToInput, convolveToWeights, TO_INPUT, TO_WEIGHTS } from './convolve.ts'
import { DROP_GRADIENT, DROP_SPIKES, dropGradient, dropSpikes } from './dropout.ts'
import { FIRE, FIRE_BACKWARD, fire, fireBackward } from './fire.ts'
import { MOMENTS, moments, NORM_BACKWARD, NORMALISE, normalise, normBackward } from './norm.ts'
import { ADAM, adam, SGD, sgd } from './optimise.ts'
import {
  AVERAGE_POOL,
  AVERAGE_POOL_BACKWARD,
  averagePool,
  averagePoolBackward,
  MAX_POOL,
  MAX_POOL_BACKWARD,
  maxPool,
  maxPoolBackward,
} from './pool.ts'
import { RATE, RATE_BACKWARD, rate, rateBackward } from './rate.ts'
import { MASK_BOTTOM, maskBottom, SCALE_COLUMNS, SCALE_MASKED, scaleColumns, scaleMasked } from './select.ts'

/** The kernels that tfjs lacks, for every backend: over its memory, by the backend's own or by the twin's code. */
const COMMON: Readonly<Record<string, KernelFunc>> = {
  [FIRE]: fire,
  [FIRE_BACKWARD]: fireBackward,
  [MOMENTS]: moments,
  [NORMALISE]: normalise,
  [NORM_BACKWARD]: normBackward,
  [MAX_POOL]: maxPool,
  [MAX_POOL_BACKWARD]: maxPoolBackward,
  [AVERAGE_POOL]: averagePool,
  [AVERAGE_POOL_BACKWARD]: averagePoolBackward,
  [RATE]: rate,
  [RATE_BACKWARD]: rateBackward,
  [MASK_BOTTOM]: maskBottom,
  [SCALE_COLUMNS]: scaleColumns,
  [SCALE_MASKED]: scaleMasked,
}

/** Coarse kernels of the native backend alone; elsewhere layers and optimisers are composed of tfjs's ops. */
const NATIVE: Readonly<Record<string, KernelFunc>> = {
  [CONVOLVE]: convolve,
  [TO_INPUT]: convolveToInput,
  [TO_WEIGHTS]: convolveToWeights,
  [ADAM]: adam,
  [SGD]: sgd,
  [DROP_SPIKES]: dropSpikes,
  [DROP_GRADIENT]: dropGradient,
}

/** Registers the kernels every backend needs; once per backend. */
export function registerKernels(backendName: string): void {
  for (const [kernelName, kernelFunc] of Object.entries(COMMON)) registerKernel({ kernelName, backendName, kernelFunc })
}

/** Registers the native backend's own kernels. */
export function registerNativeKernels(): void {
  const register = (kernelName: string, kernelFunc: KernelFunc) =>
    registerKernel({ kernelName, backendName: 'native', kernelFunc })
  for (const [kernelName, kernelFunc] of Object.entries(NATIVE)) register(kernelName, kernelFunc)
  const general = getKernel('Add', 'cpu').kernelFunc
  unregisterKernel('Add', 'native')
  register('Add', (call) => {
    const memory = call.backend as NativeBackend
    const [a, b] = [call.inputs.a as TensorInfo, call.inputs.b as TensorInfo]
    if (String(a.shape) !== String(b.shape) || a.dtype !== 'float32' || b.dtype !== 'float32') return general(call)
    const sum = memory.allocate(a.shape)
    memory.kernels.add(memory.floats(a), memory.floats(b), memory.floats(sum))
    return sum
  })
}

/** Whether the backend in use has a kernel of this name. */
export function hasKernel(name: string, backendName: string): boolean {
  return getKernel(name, backendName) !== undefined
}
