import { MAX_WORK } from '../limits.ts'

/** Thrown where working out a sweep takes more steps than any experiment needs. */
export class TooMuchWork extends Error {}

/** What working out an experiment has cost, in steps and not in time, so that a text fails everywhere or nowhere. */
export class Work {
  #left = MAX_WORK

  /** @throws TooMuchWork when no steps are left */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new TooMuchWork()
  }
}
