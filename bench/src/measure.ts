import { keptWeights, listPrunable, type Pick } from '@snnx/ir'
import type { Case, Repeats } from './case.ts'
import { type Duel, duel, type Round } from './duel.ts'
import { type Figure, figure } from './figure.ts'
import { measureOurMemory, startOurs } from './ours/ours.ts'
import type { OurRound } from './ours/rounds.ts'
import type { Variant } from './peer/flags.ts'
import type { Peer } from './peer/peer.ts'
import { mean, median } from './statistic.ts'
import { jobOf, type Workload } from './workload.ts'

/** What stands behind the figures of a case. */
export interface Facts {
  /** ISO date of the measurement. */
  date: string
  backend: string
  /** `null` where there was no peer. */
  peer: { variant: Variant; torch: string; spikingjelly: string } | null
  rounds: number
  /** Steps of each side that were timed, in all. */
  steps: { ours: number; peer: number }
  /** Median samples/s of each round. */
  samplesPerSecond: { ours: number[]; peer: number[] }
  /** Spikes per neuron and step, by layer of neurons. */
  rates: Record<string, number>
  /** Remaining share of the connections, by layer with weights; of training only. */
  connectivity: Record<string, number>
  picks: Pick[]
}

export interface Measured {
  figures: Figure[]
  facts: Facts
}

/** How a case is to be measured. */
export interface Measuring {
  repeats: Repeats
  peer: Peer | null
  threads: number
  /** Told after each round. */
  tell(line: string): void
}

/** Measures a case; its children are gone when this returns. */
export async function measureCase(of: Case, how: Measuring): Promise<Measured> {
  return of.workload.task === 'infer' ? measureInference(of, how) : measureTraining(of, how)
}

async function measureTraining({ name, workload, memory }: Case, how: Measuring): Promise<Measured> {
  const { so, facts, network } = await compare(workload, how)
  const figures = [compareSpeed(name, 'training', workload, so)]
  if (memory) {
    how.tell('peak memory')
    const ours = await measureOurMemory(workload, network, how.threads)
    figures.push(figure(name, 'memory', ours, (await how.peer?.measureMemory(workload)) ?? null))
  }
  if (workload.task === 'compress') {
    const work = median(so.ours.map(({ compressionMs }) => compressionMs))
    figures.push(figure(name, 'work', work, null))
    figures.push(figure(name, 'share', (100 * work) / median(so.ours.map(({ times }) => median(times))), null))
    if (how.peer) {
      how.tell("the paper's sorting")
      figures.push(figure(name, 'sorting', null, await timeSorting(workload, how.peer, how.repeats.rounds)))
    }
  }
  return { figures, facts }
}

async function measureInference({ name, workload }: Case, how: Measuring): Promise<Measured> {
  const { so, facts } = await compare(workload, how)
  const alone = { ...workload, batch: 1 }
  how.tell('batch 1')
  const { so: single } = await compare(alone, how)
  return {
    figures: [compareSpeed(name, 'batched', workload, so), compareSpeed(name, 'single', alone, single)],
    facts,
  }
}

/** Starts both sides, has them step in turn, and ends them. */
async function compare(workload: Workload, { repeats, peer, threads, tell }: Measuring) {
  const ours = await startOurs(workload, threads)
  if (ours.missing !== null) tell(`${ours.backend} instead of the native backend: ${ours.missing}`)
  const other = await peer?.start(workload).catch((error: Error) => {
    tell(`no peer: ${error.message}`)
    return null
  })
  try {
    const so = await duel(ours, other ?? null, repeats, ({ ours, peer }) => {
      const speeds = [
        `ours ${show(workload, ours)}`,
        ...(other ? [`peer ${show(workload, peer)} (${other.variant})`] : []),
      ]
      tell(`round ${ours.length}/${repeats.rounds}, samples/s: ${speeds.join(', ')}`)
    })
    const running = peer && other ? { variant: other.variant, ...versionsOf(peer) } : null
    return { so, facts: gather(workload, so, ours.backend, running), network: ours.network }
  } finally {
    await Promise.all([ours.stop(), other?.stop()])
  }
}

function gather(workload: Workload, so: Duel<OurRound>, backend: string, peer: Facts['peer']): Facts {
  const { picks } = so.ours.at(-1)!
  const names = Object.keys(so.ours[0]!.rates)
  const count = (rounds: readonly Round[]) => rounds.reduce((sum, { times }) => sum + times.length, 0)
  return {
    date: new Date().toISOString().slice(0, 10),
    backend,
    peer,
    rounds: so.ours.length,
    steps: { ours: count(so.ours), peer: count(so.peer) },
    samplesPerSecond: { ours: speedsOf(workload, so.ours), peer: speedsOf(workload, so.peer) },
    rates: Object.fromEntries(names.map((name) => [name, mean(so.ours.map(({ rates }) => rates[name]!))])),
    connectivity: Object.fromEntries(picks.map(({ layer, connectivity }) => [layer, connectivity])),
    picks,
  }
}

function compareSpeed(name: string, metric: 'training' | 'batched' | 'single', workload: Workload, so: Duel): Figure {
  const [ours, peer] = [so.ours, so.peer].map((rounds) => speedsOf(workload, rounds))
  return figure(name, metric, median(ours!), peer!.length > 0 ? median(peer!) : null)
}

/** Samples per second of each round, by its median step. */
function speedsOf({ batch }: Workload, rounds: readonly Round[]): number[] {
  return rounds.map(({ times }) => (1000 * batch) / median(times))
}

function show(workload: Workload, rounds: readonly Round[]): string {
  return String(Number(speedsOf(workload, rounds).at(-1)!.toPrecision(4)))
}

function timeSorting(workload: Workload, peer: Peer, repeats: number): Promise<number> {
  const { network, compress } = jobOf(workload)
  const sizes = listPrunable(network, compress!.protect).map(({ weights }) => weights)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return peer.timeSorting(sizes, total - keptWeights(workload.connectivity, total), repeats)
}

function versionsOf({ python: { torch, spikingjelly } }: Peer): { torch: string; spikingjelly: string } {
  return { torch, spikingjelly }
}
