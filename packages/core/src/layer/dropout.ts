import { count, createRandom, type Layer } from '@snnx/ir'
import { customGrad, engine, getBackend, mul, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { memoryOf } from '../backend/memory.ts'
import { DROP_GRADIENT, DROP_SPIKES, type DropAttributes } from '../kernel/dropout.ts'
import { hasKernel } from '../kernel/register.ts'

/** What makes the random choices of one training step. */
export interface Draw {
  seed: number
  /** Steps of the optimiser before this one. */
  step: number
}

/**
 * Drops each element of an example with the layer's probability, the same ones at all its steps, and scales the others by
 * 1 / (1 - probability). The choice is a stream of its own of (seed, layer, step).
 *
 * @param x `[steps, batch, ...shape]` or `[batch, ...shape]`
 */
export function applyDropout(
  layer: Extract<Layer, { kind: 'dropout' }>,
  shape: readonly number[],
  x: Tensor,
  draw: Draw,
  constantInput: boolean,
): Tensor {
  if (layer.probability === 0) return x.clone()
  const batch = x.shape[constantInput ? 0 : 1]!
  const random = createRandom(draw.seed, 'dropout', layer.name, draw.step)
  const kept = Uint8Array.from({ length: batch * count(shape) }, () => Number(random.uniform() >= layer.probability))
  const scale = 1 / (1 - layer.probability)
  // Bits of the mask and rows of the gradient coincide only where a row fills its words.
  if (hasKernel(DROP_SPIKES, getBackend()) && memoryOf().spikes(x) && shape.at(-1)! % 32 === 0) {
    return dropSpikes(x, { kept: packWords(kept), scale })
  }
  const factors = Float32Array.from(kept, (of) => of * scale)
  return mul(x, tensor(factors, [batch, ...shape]))
}

function dropSpikes(x: Tensor, attributes: DropAttributes): Tensor {
  const run = (kernel: string, inputs: NamedTensorMap) =>
    engine().runKernel(kernel, inputs, attributes as never) as Tensor
  const op = customGrad((...all: unknown[]) => {
    const gradFunc = (dy: Tensor) => {
      const gradient = run(DROP_GRADIENT, { dy })
      dy.dispose()
      return [gradient]
    }
    return { value: run(DROP_SPIKES, { x: all[0] as Tensor }), gradFunc: gradFunc as never }
  })
  return op(x)
}

function packWords(kept: Uint8Array): Uint32Array {
  const words = new Uint32Array(kept.length / 32)
  for (let index = 0; index < kept.length; index++) words[index >> 5]! |= kept[index]! << (index & 31)
  return words
}
