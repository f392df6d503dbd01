/** Buffers of at least this many floats are pooled, smaller ones are left to the garbage collector. */
export const POOLED = 1 << 14

/** Floats that may always be kept: 32 MiB. Small networks find all of their buffers again. */
const KEPT = 1 << 23

/**
 * Float buffers for reuse, by length. What is pooled hardly raises the peak: before memory is newly taken, pooled buffers of
 * other lengths are freed as far as needed to stay below the largest amount that was ever in use at once.
 */
export class BufferPool {
  readonly #free = new Map<number, Float32Array[]>()
  #pooled = 0
  #used = 0
  #peak = KEPT

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
    this.#shrink()
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

  #shrink(): void {
    for (const [length, buffers] of this.#free) {
      while (this.#used + this.#pooled > this.#peak) {
        const buffer = buffers.pop()
        if (!buffer) break
        this.#pooled -= length
        // Frees it at once: the garbage collector would come too late, with the new memory already taken.
        const freed = buffer.buffer as ArrayBuffer
        freed.transfer(0)
      }
      if (buffers.length === 0) this.#free.delete(length)
    }
  }
}
