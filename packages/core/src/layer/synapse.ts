import { type ConvLayer, count, type LayerFlow, type LinearLayer } from '@snnx/ir'
import type { Geometry } from '@snnx/kernels'
import { add, customGrad, engine, getBackend, type NamedTensorMap, reshape, type Tensor } from '@tensorflow/tfjs-core'
import type { NativeBackend } from '../backend/native.ts'
import { CONVOLVE, TO_INPUT, TO_WEIGHTS } from '../kernel/convolve.ts'
import type { Picks } from '../kernel/picks.ts'
import { hasKernel } from '../kernel/register.ts'
import { type Masking, maskOne } from '../mask.ts'
import { applyConvolution } from './convolution.ts'
import { applyLinear } from './linear.ts'

/** One layer with weights, as the network has it. */
export interface Synapse {
  flow: LayerFlow & { layer: LinearLayer | ConvLayer }
  weight: Tensor
  /** `[outputs]` or null. */
  bias: Tensor | null
  masking: Masking | null
  picks: Picks
  /** See `Training.learn`. */
  learn?(name: string, gradient: Tensor): void
}

/**
 * A convolution or a linear layer over all steps at once: on a backend that has it, by one kernel that picks sparse or dense
 * code by the densities it meets; else composed of tfjs's ops.
 *
 * @param x `[..., ...input]`: any leading dimensions, such as `[steps, batch]`
 * @param isData x is the network's input and needs no gradient, so none is computed
 * @returns `[..., ...output]`
 */
export function applySynapse(synapse: Synapse, x: Tensor, isData: boolean): Tensor {
  const { flow, weight, bias, masking } = synapse
  const { layer } = flow
  const geometry = geometryOf(flow, x.size / count(flow.input))
  const mask = masking?.masks.get(`${layer.name}.weight`)
  if (hasKernel(CONVOLVE, getBackend())) return addBias(runNative(synapse, geometry, x, mask, isData), bias, layer)
  const effective = maskOne(weight, mask, masking?.frozen)
  if (layer.kind === 'linear') return applyLinear(x, effective, bias, isData)
  return addBias(applyConvolution(x, effective, geometry, isData), bias, layer)
}

/** The layer as the kernels see it. */
export function geometryOf({ layer, input }: Synapse['flow'], images: number): Geometry {
  if (layer.kind === 'linear') {
    const one = { height: 1, width: 1, kernel: 1, stride: 1, padding: 0 }
    return { images, channelsIn: count(input), channelsOut: layer.features, ...one }
  }
  const [channelsIn, height, width] = input as [number, number, number]
  const { channels, kernel, stride, padding } = layer
  return { images, channelsIn, height, width, channelsOut: channels, kernel, stride, padding }
}

function runNative(
  { flow, weight, masking, picks, learn }: Synapse,
  geometry: Geometry,
  x: Tensor,
  mask: Tensor | undefined,
  isData: boolean,
): Tensor {
  const frozen = masking?.frozen ?? false
  const attributes = { layer: flow.layer.name, geometry, frozen, immediate: learn !== undefined, picks }
  const run = (kernel: string, inputs: NamedTensorMap, shape: readonly number[]) =>
    engine().runKernel(kernel, mask ? { ...inputs, mask } : inputs, { ...attributes, shape } as never) as Tensor
  const leading = x.shape.slice(0, x.rank - flow.input.length)
  const op = customGrad((...all: unknown[]) => {
    const save = all.pop() as (tensors: Tensor[]) => void
    const [weight, input = x] = all as [Tensor, Tensor | undefined]
    save([weight, input])
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [weight, input] = saved as [Tensor, Tensor]
      const toWeights = run(TO_WEIGHTS, { x: input, dy }, weight.shape)
      const toInput = isData ? [] : [run(TO_INPUT, { dy, weight }, input.shape)]
      const { shape } = weight
      // The optimiser writes in place what nobody else holds, and may yet compute the gradient from the others.
      weight.dispose()
      learn?.(`${flow.layer.name}.weight`, toWeights)
      for (const done of [dy, input]) done.dispose()
      if (!learn) return [toWeights, ...toInput]
      toWeights.dispose()
      return [makeNothing(shape), ...toInput]
    }
    return { value: run(CONVOLVE, { x: input, weight }, [...leading, ...flow.output]), gradFunc: gradFunc as never }
  })
  return isData ? op(weight) : op(weight, x)
}

/** A tensor of zeros that takes no memory. */
function makeNothing(shape: readonly number[]): Tensor {
  return engine().makeTensorFromTensorInfo((engine().backend as NativeBackend).storeNothing(shape))
}

function addBias(y: Tensor, bias: Tensor | null, { kind }: LinearLayer | ConvLayer): Tensor {
  if (!bias) return y
  return add(y, kind === 'linear' ? bias : reshape(bias, [-1, 1, 1]))
}
