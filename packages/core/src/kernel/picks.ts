import type { Pick } from '@snnx/ir'
import type { Densities } from '@snnx/kernels'

/** Remembers what the dispatcher picks, for the event log. */
export class Picks {
  readonly #last = new Map<string, Pick>()

  note(layer: string, direction: Pick['direction'], kernel: string, { rate, connectivity }: Densities): void {
    this.#last.set(`${layer} ${direction}`, { layer, direction, kernel, rate, connectivity })
  }

  /** The last pick of every layer and direction, in the order in which they were first made. */
  list(): Pick[] {
    return [...this.#last.values()]
  }
}
