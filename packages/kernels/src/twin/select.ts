import type { Bottom } from '../kernels.ts'
import { countBits } from './bits.ts'
import { checkLength, wordsOf } from './lengths.ts'

/** Bits of infinity: finite magnitudes have smaller ones. */
const INFINITE = 0x7f800000

/** The bits of the s-th smallest magnitude, and how many of those equal to it are among the s. */
interface Threshold {
  magnitude: number
  ties: number
}

export function maskBottom(
  weights: readonly Float32Array[],
  s: number,
  masks: readonly Uint32Array[],
  _guess: number,
): Bottom {
  checkLength('masks', masks, weights.length)
  for (const [layer, values] of weights.entries()) checkLength('a mask', masks[layer]!, wordsOf(values.length))
  const { magnitude: threshold, ties } = findThreshold(weights, s)
  const bottom = { energy: 0, total: 0, next: Infinity, threshold }
  let tiesLeft = ties
  for (const [layer, values] of weights.entries()) tiesLeft = maskLayer(values, masks[layer]!, tiesLeft, bottom)
  return bottom
}

/**
 * In O(n), without a sort: the bit pattern of |w| orders like |w|, so a histogram of its upper 16 bits, then one of its
 * lower 15 bits within the bin found, gives the s-th smallest exactly.
 */
function findThreshold(weights: readonly Float32Array[], s: number): Threshold {
  const uppers = new Uint32Array(1 << 16)
  let count = 0
  for (const [layer, values] of weights.entries()) {
    count += values.length
    for (const bits of patternsOf(values)) {
      const magnitude = bits & 0x7fffffff
      if (magnitude >= INFINITE) throw new RangeError(`a weight of array ${layer} is not finite`)
      uppers[magnitude >>> 15]!++
    }
  }
  if (!Number.isInteger(s) || s < 0 || s > count) throw new RangeError(`${s} of ${count} weights cannot be masked`)
  if (s === 0) return { magnitude: -1, ties: 0 }
  const upper = findBin(uppers, s)
  const lowers = new Uint32Array(1 << 15)
  for (const values of weights) {
    for (const bits of patternsOf(values)) {
      const magnitude = bits & 0x7fffffff
      if (magnitude >>> 15 === upper.bin) lowers[magnitude & 0x7fff]!++
    }
  }
  const lower = findBin(lowers, upper.rank)
  return { magnitude: (upper.bin << 15) | lower.bin, ties: lower.rank }
}

/** The bin that holds the `rank`-th (from 1), and its rank within. */
function findBin(counts: Uint32Array, rank: number): { bin: number; rank: number } {
  let bin = 0
  while (rank > counts[bin]!) rank -= counts[bin++]!
  return { bin, rank }
}

/** Masks one layer and adds its part to `bottom`; returns the ties still to be masked. */
function maskLayer(values: Float32Array, mask: Uint32Array, ties: number, bottom: Bottom): number {
  const patterns = patternsOf(values)
  let { energy, total, next } = bottom
  let left = ties
  mask.fill(0)
  for (let index = 0; index < values.length; index++) {
    const magnitude = patterns[index]! & 0x7fffffff
    const square = values[index]! * values[index]!
    total += square
    if (magnitude > bottom.threshold || (magnitude === bottom.threshold && left === 0)) {
      mask[index >>> 5]! |= 1 << (index & 31)
      if (square < next) next = square
    } else {
      energy += square
      if (magnitude === bottom.threshold) left--
    }
  }
  bottom.energy = energy
  bottom.total = total
  bottom.next = next
  return left
}

function patternsOf(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length)
}

export function shrinkMasked(weights: Float32Array, mask: Uint32Array, factor: number): void {
  checkLength('mask', mask, wordsOf(weights.length))
  const shrink = Math.fround(factor)
  for (let index = 0; index < weights.length; index++) {
    const kept = (mask[index >>> 5]! >>> (index & 31)) & 1
    if (kept === 0) weights[index]! *= shrink
  }
}

export function scaleColumns(x: Float32Array, factors: Float32Array, y: Float32Array): void {
  checkLength('y', y, x.length)
  checkRows('factors', factors, x.length)
  for (let from = 0; from < x.length; from += factors.length) {
    for (let column = 0; column < factors.length; column++) y[from + column] = x[from + column]! * factors[column]!
  }
}

export function sumKept(mask: Uint32Array, length: number, costs: Float32Array): number {
  checkLength('mask', mask, wordsOf(length))
  checkRows('costs', costs, length)
  let sum = 0
  for (let index = 0; index < length; index++) {
    if ((mask[index >>> 5]! >>> (index & 31)) & 1) sum += costs[index % costs.length]!
  }
  return sum
}

function checkRows(name: string, columns: Float32Array, length: number): void {
  if (columns.length === 0 || length % columns.length !== 0) {
    throw new RangeError(`${length} weights are no whole rows of ${columns.length} ${name}`)
  }
}

export function countRegrown(mask: Uint32Array, before: Uint32Array): number {
  checkLength('before', before, mask.length)
  let count = 0
  for (let index = 0; index < mask.length; index++) count += countBits(mask[index]! & ~before[index]!)
  return count
}
