import { count } from '@snnx/ir'
import type { Kernels } from '@snnx/kernels'
import type { BufferPool } from '../backend/pool.ts'

/** What flows from one layer to the next: floats of the pool, or spikes as bits. */
export interface Signal {
  /** The shape of one example at one step. */
  shape: readonly number[]
  /** Examples times steps, or examples alone while the signal is the same at every step. */
  images: number
  constant: boolean
  held: { floats: Float32Array } | { bits: Uint32Array; row: number; spikes: number }
}

/** The signal as floats, to be given back to the pool by `release` if they were made for this. */
export function readFloats(
  kernels: Kernels,
  pool: BufferPool,
  { shape, images, held }: Signal,
): { floats: Float32Array; release(): void } {
  if ('floats' in held) return { floats: held.floats, release: () => {} }
  const floats = pool.take(images * count(shape))
  kernels.expandSpikes(held.bits, held.row, 1, floats)
  return { floats, release: () => pool.give(floats) }
}

/** The bits of a signal of spikes in rows of `row` elements. */
export function readBits(kernels: Kernels, { shape, images, held }: Signal, row: number): Uint32Array {
  if ('floats' in held) throw new TypeError('this signal is not one of spikes')
  if (held.row === row) return held.bits
  const bits = new Uint32Array(((images * count(shape)) / row) * Math.ceil(row / 32))
  kernels.repackSpikes(held.bits, held.row, row, bits)
  return bits
}

/** Gives the signal's floats back to the pool. */
export function releaseSignal(pool: BufferPool, { held }: Signal): void {
  if ('floats' in held) pool.give(held.floats)
}
