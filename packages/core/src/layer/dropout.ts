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
  const size = batch * count(shape)
  const kept = drawKept(layer, size, draw)
  const scale = 1 / (1 - layer.probability)
  // Bits of the mask and rows of the gradient coincide only where a row fills its words.
  if (hasKernel(DROP_SPIKES, getBackend()) && memoryOf().spikes(x) && shape.at(-1)! % 32 === 0) {
    return dropSpikes(x, { kept, scale })
  }
  const factors = Float32Array.from({ length: size }, (_, at) => ((kept[at >> 5]! >>> (at & 31)) & 1) * scale)
  return mul(x, tensor(factors, [batch, ...shape]))
}

/** One bit an element, all in a row: 1 = kept. */
function drawKept({ name, probability }: { name: string; probability: number }, size: number, draw: Draw): Uint32Array {
  const random = createRandom(draw.seed, 'dropout', name, draw.step)
  const limit = probability * 2 ** 32
  const kept = new Uint32Array(Math.ceil(size / 32))
  for (let word = 0, at = 0; word < kept.length; word++) {
    let bits = 0
    for (let bit = 0; bit < 32 && at < size; bit++, at++) bits |= Number(random.word() >= limit) << bit
    kept[word] = bits
  }
  return kept
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
