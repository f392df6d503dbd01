import type { Task, Workload } from './workload.ts'

/** One row of the table: a workload, timed side by side with the peer. */
export interface Case {
  name: string
  workload: Workload
  /** Whether peak memory is measured: it hardly depends on the firing rate. */
  memory: boolean
  /** Rounds of each side, in turn. */
  rounds: number
  /** Length of a round. */
  seconds: number
  /** The fewest steps of a round. */
  steps: number
}

/** How exactly a case is timed. */
export type Repeats = Pick<Case, 'rounds' | 'seconds' | 'steps'>

interface Setup {
  name: string
  network: Pick<Workload, 'network' | 'width' | 'steps' | 'batch'>
  repeats: Repeats
  /** Firing rates at which dense training is timed besides `RATE`. */
  rates: readonly number[]
}

/** The firing rate of all layers where a case does not say another: that of a trained network. */
export const RATE = 0.1

const FAST: Repeats = { rounds: 5, seconds: 2, steps: 3 }
const MEDIUM: Repeats = { rounds: 5, seconds: 4, steps: 3 }
/** A step of the peer takes many seconds. */
const SLOW: Repeats = { rounds: 3, seconds: 10, steps: 3 }

const SETUPS: readonly Setup[] = [
  {
    name: 'mlp-b64',
    network: { network: 'mlp', width: null, steps: 8, batch: 64 },
    repeats: FAST,
    rates: [0.05, 0.2],
  },
  { name: 'mlp-b16', network: { network: 'mlp', width: null, steps: 8, batch: 16 }, repeats: FAST, rates: [] },
  {
    name: 'cifar10net-256-b16',
    network: { network: 'cifar10net', width: 256, steps: 8, batch: 16 },
    repeats: SLOW,
    rates: [0.05, 0.2],
  },
  {
    name: 'cifar10net-64-b32',
    network: { network: 'cifar10net', width: 64, steps: 8, batch: 32 },
    repeats: MEDIUM,
    rates: [0.05, 0.2],
  },
  {
    name: 'sew-resnet18-b16',
    network: { network: 'sew_resnet18', width: null, steps: 4, batch: 16 },
    repeats: MEDIUM,
    rates: [],
  },
]

const TASKS: readonly { task: Task; connectivity: number }[] = [
  { task: 'train', connectivity: 1 },
  { task: 'compress', connectivity: 0.25 },
  { task: 'compress', connectivity: 0.05 },
  { task: 'finetune', connectivity: 0.05 },
  { task: 'finetune', connectivity: 0.02 },
  { task: 'finetune', connectivity: 0.007 },
  { task: 'infer', connectivity: 1 },
  { task: 'infer', connectivity: 0.02 },
]

/** All cases, in the order in which they run. */
export const CASES: readonly Case[] = SETUPS.flatMap(({ name, network, repeats, rates }) => {
  const workload = { ...network, rate: RATE }
  const main = TASKS.map((of): Case => {
    const memory = of.task !== 'infer'
    return { name: `${name}-${nameTask(of)}`, workload: { ...workload, ...of }, memory, ...repeats }
  })
  const swept = rates.map((rate): Case => {
    const of = { task: 'train', connectivity: 1 } as const
    const at = `${name}-${nameTask(of)}-rate-${percent(rate)}`
    return { name: at, workload: { ...workload, ...of, rate }, memory: false, ...repeats }
  })
  return [...main, ...swept]
})

/** The cases with one of these names, or else with a name that begins so; all where none is given. */
export function selectCases(names: readonly string[]): { cases: Case[]; unknown: string[] } {
  const chosen = new Set(names.flatMap((name) => match(name)))
  return {
    cases: CASES.filter((of) => names.length === 0 || chosen.has(of)),
    unknown: names.filter((name) => match(name).length === 0),
  }
}

function match(name: string): Case[] {
  const exact = CASES.filter((of) => of.name === name)
  return exact.length > 0 ? exact : CASES.filter((of) => of.name.startsWith(name))
}

function nameTask({ task, connectivity }: { task: Task; connectivity: number }): string {
  const share = connectivity < 1 ? percent(connectivity) : 'dense'
  return task === 'infer' ? `infer-${share}` : `train-${task === 'train' ? share : `${task}-${share}`}`
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))}%`
}
