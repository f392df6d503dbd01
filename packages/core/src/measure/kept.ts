import type { Tensor } from '@tensorflow/tfjs-core'
import { bitsOf, memoryOf } from '../backend/memory.ts'
import type { Tensors } from '../parameters.ts'

/** How many connections a mask keeps. */
export function countKept(mask: Tensor): number {
  const memory = memoryOf()
  return memory.spikes(mask)?.count ?? memory.kernels.countSpikes(bitsOf(memory, mask, mask.size))
}

/** How many connections all masks together keep. */
export function countAllKept(masks: Tensors): number {
  return [...masks.values()].reduce((kept, mask) => kept + countKept(mask), 0)
}

/** What the connections that a mask keeps cost together, the costs repeated row by row. */
export function sumKept(mask: Tensor, costs: Float32Array): number {
  const memory = memoryOf()
  return memory.kernels.sumKept(bitsOf(memory, mask, mask.size), mask.size, costs)
}

/** How many connections a mask keeps that the one before did not. */
export function countRegrown(mask: Tensor, before: Tensor): number {
  const memory = memoryOf()
  return memory.kernels.countRegrown(bitsOf(memory, mask, mask.size), bitsOf(memory, before, before.size))
}

/** A mask as one byte a weight, 1 = kept. */
export function readMask(mask: Tensor): Uint8Array {
  return Uint8Array.from(mask.dataSync())
}
