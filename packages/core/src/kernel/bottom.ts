/** What the selection found among the squares of all weights, the layers taken as one vector. */
export interface Bottom {
  /** Sum of the s smallest squares: ||W||^2_{s,2}. */
  energy: number
  /** Sum of all squares: ||W||^2. */
  total: number
  /** The (s+1)-th smallest square, the marginal cost of removing one more weight; Infinity when s = N. */
  next: number
}

/** The threshold of a selection: the bit pattern of the s-th smallest magnitude, and how many equal to it are among the s. */
export interface Selection {
  threshold: number
  ties: number
}

/**
 * Finds the `s` smallest squares among all `weights` and writes 0/1 masks with exactly `s` zeros, ties by flat index.
 *
 * @param weights the layers, in order; NaN counts as largest
 * @param s an integer in [0, N]
 * @param masks out, like `weights`
 */
export function maskBottom(weights: readonly Float32Array[], s: number, masks: readonly Float32Array[]): Bottom {
  const { threshold, ties } = selectMagnitude(weights, s)
  const bottom = { energy: 0, total: 0, next: Infinity }
  let tiesLeft = ties
  for (const [layer, values] of weights.entries()) {
    tiesLeft = maskLayer(values, threshold, tiesLeft, masks[layer]!, bottom)
  }
  return bottom
}

/**
 * The s-th smallest magnitude in O(n), without a sort: the bit pattern of |w| orders like |w|, so a histogram of its
 * upper 16 bits, then one of its lower 15 bits inside the bracket, gives it exactly.
 */
export function selectMagnitude(weights: readonly Float32Array[], s: number): Selection {
  if (s <= 0) return { threshold: -1, ties: 0 }
  const upperCounts = new Uint32Array(1 << 16)
  for (const values of weights) {
    const bits = bitsOf(values)
    for (let index = 0; index < bits.length; index++) upperCounts[(bits[index]! & 0x7fffffff) >>> 15]!++
  }
  const upper = findBin(upperCounts, s)
  const lowerCounts = new Uint32Array(1 << 15)
  for (const values of weights) {
    const bits = bitsOf(values)
    for (let index = 0; index < bits.length; index++) {
      const magnitude = bits[index]! & 0x7fffffff
      if (magnitude >>> 15 === upper.bin) lowerCounts[magnitude & 0x7fff]!++
    }
  }
  const lower = findBin(lowerCounts, s - upper.below)
  return { threshold: (upper.bin << 15) | lower.bin, ties: s - upper.below - lower.below }
}

/** Masks one layer and adds its part to `bottom`; returns the ties still to be masked. */
function maskLayer(values: Float32Array, threshold: number, ties: number, mask: Float32Array, bottom: Bottom): number {
  const bits = bitsOf(values)
  let { energy, total, next } = bottom
  let left = ties
  for (let index = 0; index < bits.length; index++) {
    const magnitude = bits[index]! & 0x7fffffff
    const value = values[index]!
    const square = value * value
    total += square
    if (magnitude === threshold && left > 0) {
      left--
      mask[index] = 0
      energy += square
    } else {
      const kept = Number(magnitude >= threshold)
      mask[index] = kept
      energy += square * (1 - kept)
      if (kept === 1 && square < next) next = square
    }
  }
  bottom.energy = energy
  bottom.total = total
  bottom.next = next
  return left
}

function bitsOf(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length)
}

/** The bin that holds the `rank`-th smallest (from 1), and how many lie below it. */
function findBin(counts: Uint32Array, rank: number): { bin: number; below: number } {
  let below = 0
  for (let bin = 0; bin < counts.length; bin++) {
    if (below + counts[bin]! >= rank) return { bin, below }
    below += counts[bin]!
  }
  throw new RangeError(`rank ${rank} of ${below} values`)
}
