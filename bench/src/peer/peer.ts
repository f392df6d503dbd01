import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheRoot } from '@snnx/data'
import { Child } from '../child.ts'
import type { Contestant, Round } from '../duel.ts'
import type { Workload } from '../workload.ts'
import { flagsOf, VARIANTS, type Variant } from './flags.ts'
import type { Python } from './python.ts'

/** One variant of the peer, running in a child. */
export interface RunningPeer extends Contestant {
  variant: Variant
  stop(): Promise<void>
}

interface Started extends RunningPeer {
  /** Milliseconds of a step when warm. */
  warmMs: number
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const SCRIPT = path('../../../fixtures/peers/spikingjelly_peer.py')
const SESSION = path('../../peer/session.py')
const SORTING = path('../../peer/sorting.py')

/** PyTorch and SpikingJelly. What is found out about a workload is kept for the next case with the same one. */
export class Peer {
  readonly python: Python
  readonly #threads: number
  readonly #tell: (line: string) => void
  readonly #faster = new Map<string, Variant>()
  readonly #memory = new Map<string, number | null>()

  constructor(python: Python, threads: number, tell: (line: string) => void) {
    this.python = python
    this.#threads = threads
    this.#tell = tell
  }

  /** The faster variant of a workload, warmed up. @throws Error when none runs */
  async start(workload: Workload): Promise<RunningPeer> {
    const key = keyOf(workload)
    const known = this.#faster.get(key)
    if (known) return this.#start(workload, known)
    let best: Started | null = null
    for (const variant of VARIANTS) {
      const started = await this.#try(workload, variant)
      if (started === null) continue
      if (best !== null && best.warmMs <= started.warmMs) await started.stop()
      else {
        await best?.stop()
        best = started
      }
    }
    if (best === null) throw new Error('the peer does not run')
    this.#faster.set(key, best.variant)
    return best
  }

  /** Peak resident size in MiB of training alone, less that of importing alone: the smaller one of its variants. */
  async measureMemory(workload: Workload): Promise<number | null> {
    const key = keyOf(workload)
    if (!this.#memory.has(key)) {
      const peaks: number[] = []
      for (const variant of VARIANTS) {
        const peak = await this.#peak('memory', flagsOf(workload, variant, this.#threads))
        if (peak !== null) peaks.push(peak)
      }
      const imported = await this.#peak('import', [])
      const fits = peaks.length > 0 && imported !== null
      this.#memory.set(key, fits ? (Math.min(...peaks) - imported) / 1024 : null)
    }
    return this.#memory.get(key)!
  }

  /** Milliseconds of the sorting in one compression step of the paper's code. */
  async timeSorting(sizes: readonly number[], s: number, repeats: number): Promise<number> {
    const child = new Child(this.python.command, [
      SORTING,
      ...[sizes, s, this.#threads, repeats].map((of) => JSON.stringify(of)),
    ])
    const { ms } = await child.answer<{ ms: number }>()
    return ms
  }

  async #try(workload: Workload, variant: Variant): Promise<Started | null> {
    try {
      return await this.#start(workload, variant)
    } catch (error) {
      this.#tell(`the peer's ${variant} variant does not run: ${(error as Error).message}`)
      return null
    }
  }

  async #start(workload: Workload, variant: Variant): Promise<Started> {
    const task = workload.task === 'infer' ? 'infer' : 'train'
    const child = this.#child(['rounds', task, SCRIPT, ...flagsOf(workload, variant, this.#threads)])
    const { warmMs } = await child.answer<{ warmMs: number }>()
    return {
      variant,
      warmMs,
      round: (seconds, steps) => child.ask<Round>({ seconds, steps }),
      stop: () => child.stop(),
    }
  }

  async #peak(mode: 'memory' | 'import', flags: readonly string[]): Promise<number | null> {
    const child = this.#child([mode, SCRIPT, ...flags])
    try {
      return (await child.answer<{ peakKiB: number }>()).peakKiB
    } catch {
      return null
    } finally {
      await child.stop()
    }
  }

  #child(parameters: readonly string[]): Child {
    const compiled = join(cacheRoot(), 'bench', 'compiled') // a first compilation takes minutes, a second seconds
    return new Child(this.python.command, [SESSION, ...parameters], { TORCHINDUCTOR_CACHE_DIR: compiled })
  }
}

/** Workloads with the same key cost the peer the same: neither the firing rate nor how many weights are masked matters to it. */
function keyOf({ network, width, steps, batch, task, connectivity }: Workload): string {
  return JSON.stringify([network, width, steps, batch, task === 'infer', task !== 'infer' && connectivity < 1])
}
