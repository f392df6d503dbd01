/** How much is left of a run whose parts are of known size, at the speed so far. */
export class Progress {
  readonly #now: () => number
  readonly #began: number
  #ahead: number
  #behind = 0
  #current = 0
  #currentBegan: number

  /** @param sizes of all parts, in seconds as guessed before */
  constructor(sizes: readonly number[], now: () => number = () => performance.now() / 1000) {
    this.#now = now
    this.#began = now()
    this.#currentBegan = this.#began
    this.#ahead = sizes.reduce((sum, size) => sum + size, 0)
  }

  /** A part of this size begins, and the one before is over. */
  begin(size: number): void {
    this.#behind += this.#current
    this.#ahead -= size
    this.#current = size
    this.#currentBegan = this.#now()
  }

  /** Seconds left: first by the guess, later by what the guess was worth so far. */
  left(): number {
    const pace = this.#behind > 0 ? (this.#currentBegan - this.#began) / this.#behind : 1
    const current = pace * this.#current - (this.#now() - this.#currentBegan)
    return pace * this.#ahead + Math.max(0, current)
  }
}

/** `40 s`, `12 min`. */
export function formatLeft(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`
}
