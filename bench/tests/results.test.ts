import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Figure, figure } from '../src/figure.ts'
import type { Machine } from '../src/machine.ts'
import type { Facts, Measured } from '../src/measure.ts'
import { Results } from '../src/results.ts'
import { expectGolden } from './golden.ts'

const MACHINE: Machine = {
  cpu: 'Some Processor',
  cores: 2,
  memoryGiB: 23.5,
  os: 'Linux 6.1 x64',
  instructions: 'AVX2',
  node: '22.1.0',
}

const facts = (rates: number[], peer: Facts['peer'], date = '2026-10-01'): Facts => ({
  date,
  backend: 'native',
  peer,
  rounds: 3,
  steps: { ours: 30, peer: 9 },
  samplesPerSecond: { ours: [10, 11, 12], peer: peer ? [2, 2.1, 2.2] : [] },
  rates: Object.fromEntries(rates.map((rate, index) => [`cell${index + 1}`, rate])),
  connectivity: {},
  picks: [],
})

const PEER = { variant: 'compiled', torch: '2.15.0', spikingjelly: '2.0.0' } as const
const DENSE = 'cifar10net-256-b16-train-dense'
const COMPRESSING = 'cifar10net-256-b16-train-compress-5%'
const INFERENCE = 'mlp-b64-infer-2%'

const MEASURED: Record<string, Measured> = {
  [COMPRESSING]: {
    figures: [
      figure(COMPRESSING, 'training', 12.3456, 1.5),
      figure(COMPRESSING, 'memory', 1234.5, 5000),
      figure(COMPRESSING, 'work', 33.33, null),
      figure(COMPRESSING, 'share', 2.571, null),
      figure(COMPRESSING, 'sorting', null, 4600),
    ],
    facts: facts([0.1, 0.12, 0.09], PEER, '2026-10-02'),
  },
  [DENSE]: { figures: [figure(DENSE, 'training', 8, null)], facts: facts([0.1], null) },
  [INFERENCE]: {
    figures: [figure(INFERENCE, 'batched', 123456.7, 60873.88), figure(INFERENCE, 'single', 2000, 500)],
    facts: facts([0.0512, 0.2], { ...PEER, variant: 'eager' }),
  },
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snnx-bench-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const figures = () => JSON.parse(read('latest.json')) as Figure[]

function add(machine: Machine, ...names: string[]): void {
  const results = new Results(folder, machine)
  for (const name of names) results.add(name, MEASURED[name]!)
}

describe('the results', () => {
  it('are an array of figures in the order of the cases, and tables of them', () => {
    add(MACHINE, ...Object.keys(MEASURED))
    expect(figures().slice(-3)).toEqual([
      {
        case: COMPRESSING,
        metric: "compression's own work, ms a step",
        unit: 'ms',
        ours: 33.33,
        peer: null,
        ratio: null,
      },
      {
        case: COMPRESSING,
        metric: "compression's own work, share of a step",
        unit: '%',
        ours: 2.571,
        peer: null,
        ratio: null,
      },
      { case: COMPRESSING, metric: "paper's sorting, ms a step", unit: 'ms', ours: null, peer: 4600, ratio: null },
    ])
    expect([...new Set(figures().map((of) => of.case))]).toEqual([INFERENCE, DENSE, COMPRESSING])
    expect(figures()[0]!.ratio).toBe(123456.7 / 60873.88)
    expectGolden('latest.md', read('latest.md'))
    expect(readdirSync(folder).sort()).toEqual(['latest.json', 'latest.md', 'picks.json'])
  })

  it('of one case replace what was known of it, and leave the others', () => {
    add(MACHINE, COMPRESSING, DENSE)
    const again = new Results(folder, MACHINE)
    again.add(COMPRESSING, { figures: [figure(COMPRESSING, 'training', 13, 2)], facts: facts([0.1], PEER) })
    expect(figures().map(({ case: name, ours }) => [name, ours])).toEqual([
      [DENSE, 8],
      [COMPRESSING, 13],
    ])
    expect(Object.keys(JSON.parse(read('picks.json')).cases)).toEqual([DENSE, COMPRESSING])
  })

  it('of another machine do not mix with these, nor does a file that is no result', () => {
    add(MACHINE, DENSE)
    add({ ...MACHINE, cores: 4 }, INFERENCE)
    expect([...new Set(figures().map((of) => of.case))]).toEqual([INFERENCE])
    writeFileSync(join(folder, 'latest.json'), '[')
    add({ ...MACHINE, cores: 4 }, COMPRESSING)
    expect([...new Set(figures().map((of) => of.case))]).toEqual([COMPRESSING])
  })
})
