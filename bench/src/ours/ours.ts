import { fileURLToPath } from 'node:url'
import type { Network } from '@snnx/ir'
import { Child } from '../child.ts'
import type { Contestant } from '../duel.ts'
import type { Workload } from '../workload.ts'
import type { Greeting, OurRound } from './rounds.ts'

/** Ours, running in a child. */
export interface Ours extends Contestant<OurRound>, Greeting {
  stop(): Promise<void>
}

const program = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url))

/** Starts a workload and warms it up. */
export async function startOurs(workload: Workload, threads: number): Promise<Ours> {
  const child = startChild('rounds', [workload], threads)
  const greeting = await child.answer<Greeting>()
  return {
    ...greeting,
    round: (seconds, steps) => child.ask<OurRound>({ seconds, steps }),
    stop: () => child.stop(),
  }
}

/** Peak resident size in MiB of training alone, less that of importing alone. */
export async function measureOurMemory(workload: Workload, network: Network, threads: number): Promise<number> {
  const [trained, imported] = [await peakOf([workload, network], threads), await peakOf([], threads)] as const
  return (trained - imported) / 1024
}

async function peakOf(parameters: readonly object[], threads: number): Promise<number> {
  const child = startChild('memory', parameters, threads)
  const { peakKiB } = await child.answer<{ peakKiB: number }>()
  await child.stop()
  return peakKiB
}

function startChild(name: string, parameters: readonly object[], threads: number): Child {
  const command = ['--conditions=@snnx/source', program(name), ...parameters.map((of) => JSON.stringify(of))]
  return new Child(process.execPath, command, { RAYON_NUM_THREADS: String(threads) })
}
