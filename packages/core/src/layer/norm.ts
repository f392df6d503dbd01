import type { NormLayer } from '@snnx/ir'
import type { Affine } from '@snnx/kernels'
import { customGrad, engine, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core'
import { MOMENTS, NORM_BACKWARD, NORMALISE, type NormPass } from '../kernel/norm.ts'
import type { Tensors } from '../parameters.ts'
import { foldNorm, invertDeviation } from './affine.ts'

/** The mean and biased variance of one channel each. */
export interface Moments {
  mean: Float32Array
  variance: Float32Array
  /** Elements that each was taken over. */
  count: number
}

/** A batch norm with its moments known: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, per channel. */
export interface PreparedNorm {
  gamma: Tensor
  beta: Tensor
  affine: Affine
  pass: NormPass
}

/** The moments of x `[..., channels, ...inner]` over everything but the channels: time, batch and space. */
export function measureMoments(x: Tensor, channels: number, inner: number): Moments {
  const [mean, variance] = engine().runKernel(MOMENTS, { x }, { channels, inner }) as Tensor[]
  const read = (of: Tensor) => {
    const values = Float32Array.from(of.dataSync())
    of.dispose()
    return values
  }
  return { mean: read(mean!), variance: read(variance!), count: x.size / channels }
}

/** The running moments, as inference uses them. */
export function runningMoments(parameters: Tensors, name: string): Pick<Moments, 'mean' | 'variance'> {
  const read = (of: 'mean' | 'variance') => parameters.get(`${name}.${of}`)!.dataSync() as Float32Array
  return { mean: read('mean'), variance: read('variance') }
}

/**
 * @param shape of one input: `[channels]` or `[channels, height, width]`
 * @param moments the batch's own in training, the running ones in inference
 */
export function prepareNorm(
  { name, epsilon }: NormLayer,
  parameters: Tensors,
  shape: readonly number[],
  moments: Pick<Moments, 'mean' | 'variance'>,
): PreparedNorm {
  const [gamma, beta] = [parameters.get(`${name}.weight`)!, parameters.get(`${name}.bias`)!]
  const [gammas, betas] = [gamma.dataSync() as Float32Array, beta.dataSync() as Float32Array]
  const channels = shape[0]!
  const inner = shape.slice(1).reduce((product, size) => product * size, 1)
  const inverse = invertDeviation(moments.variance, epsilon)
  const affine = foldNorm({ gamma: gammas, beta: betas, mean: moments.mean, inverse }, inner)
  const pass = { channels, inner, mean: Float64Array.from(moments.mean), inverse, gamma: Float32Array.from(gammas) }
  return { gamma, beta, affine, pass }
}

/** A batch norm that no neuron follows. */
export function normalise({ gamma, beta, affine, pass }: PreparedNorm, x: Tensor): Tensor {
  const run = (kernel: string, inputs: NamedTensorMap) =>
    engine().runKernel(kernel, inputs, { affine, norm: pass } as never) as unknown
  const op = customGrad((...all: unknown[]) => {
    const save = all.pop() as (tensors: Tensor[]) => void
    const input = all[0] as Tensor
    save([input])
    const gradFunc = (dy: Tensor, [x]: Tensor[]) => {
      const gradients = run(NORM_BACKWARD, { x: x!, dy }) as Tensor[]
      for (const done of [dy, x!]) done.dispose()
      return gradients
    }
    return { value: run(NORMALISE, { x: input }) as Tensor, gradFunc: gradFunc as never }
  })
  return op(x, gamma, beta)
}
