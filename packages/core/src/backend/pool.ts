/** Buffers of at least this many floats are pooled, smaller ones are left to the garbage collector. */
export const POOLED = 1 << 14

/**
 * Float buffers for reuse, by length. What is pooled never raises the peak: before memory is newly taken, pooled buffers of
 * other lengths are let go as far as needed to stay below the largest amount that was ever in use at once.
 */
export class BufferPool {
  readonly #free = new Map<number, Float32Array[]>()
  #pooled = 0
  #used = 0
  #peak = 0

  /** A buffer of arbitrary content (zeros if it is new). */
  take(length: number): Float32Array {
    if (length < POOLED) return new Float32Array(length)
    this.#used += length
    this.#peak = Math.max(this.#peak, this.#used)
    const free = this.#free.get(length)?.pop()
    if (free) {
      this.#pooled -= length
      return free
    }
    for (const [other, buffers] of this.#free) {
      while (this.#used + this.#pooled > this.#peak && buffers.pop()) this.#pooled -= other
      if (buffers.length === 0) this.#free.delete(other)
    }
    return new Float32Array(length)
  }

  give(buffer: Float32Array): void {
    const { length } = buffer
    if (length < POOLED) return
    this.#used -= length
    this.#pooled += length
    const buffers = this.#free.get(length)
    if (buffers) buffers.push(buffer)
    else this.#free.set(length, [buffer])
  }
}
