import { type Figure, METRICS } from './figure.ts'
import type { Machine } from './machine.ts'
import type { Facts } from './measure.ts'
import type { Background } from './results.ts'
import { mean } from './statistic.ts'

/** A table of figures: which metrics, and what stands above them. */
interface Section {
  title: string
  /** Columns after the case's name. */
  columns: readonly Column[]
  /** Rows are the cases that have this one. */
  key: keyof typeof METRICS
}

interface Column {
  title: string
  show(figures: ReadonlyMap<string, Figure>, facts: Facts): string
}

const rates: Column = {
  title: 'Firing rate',
  show: (_, { rates }) => {
    const values = Object.values(rates)
    const [low, high] = [Math.min(...values), Math.max(...values)].map((rate) => (100 * rate).toPrecision(2))
    return `${(100 * mean(values)).toPrecision(2)} % (${low}-${high})`
  },
}

const variant: Column = { title: 'Variant', show: (_, { peer }) => peer?.variant ?? '-' }

const both = (key: keyof typeof METRICS, what: string): Column[] => [
  column(`Ours, ${what}`, key, 'ours', formatNumber),
  column(`Peer, ${what}`, key, 'peer', formatNumber),
  column('Ratio', key, 'ratio', (ratio) => `**${ratio.toPrecision(3)}**`),
]

const SECTIONS: readonly Section[] = [
  {
    title: 'Training',
    key: 'training',
    columns: [rates, ...both('training', 'samples/s'), variant, ...both('memory', 'peak MiB')],
  },
  {
    title: 'Inference',
    key: 'batched',
    columns: [rates, ...both('batched', 'samples/s batched'), variant, ...both('single', 'samples/s at batch 1')],
  },
  {
    title: "The compression's own work",
    key: 'work',
    columns: [
      column('Share of a step', 'share', 'ours', (share) => `${share.toPrecision(2)} %`),
      column('Ours, ms a step', 'work', 'ours', formatNumber),
      column("The paper's sorting, ms a step", 'sorting', 'peer', formatNumber),
    ],
  },
]

/** The figures as Markdown, with the machine and what was compared. */
export function renderTables(figures: readonly Figure[], { machine, cases }: Background): string {
  const byCase = Map.groupBy(figures, (of) => of.case)
  const sections = SECTIONS.flatMap(({ title, key, columns }) => {
    const rows = [...byCase].flatMap(([name, of]) => {
      const known = new Map(of.map((item) => [item.metric, item]))
      return known.has(METRICS[key].metric)
        ? [[`\`${name}\``, ...columns.map(({ show }) => show(known, cases[name]!))]]
        : []
    })
    const header = ['Case', ...columns.map((of) => of.title)]
    return rows.length === 0 ? [] : [`## ${title}`, '', ...tableOf(header, rows), '']
  })
  return ['# Speed', '', ...introduce(machine, Object.values(cases)), '', ...sections].join('\n')
}

/** The lines of a Markdown table; all columns but the first hold numbers. */
export function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)]
}

/** What the figures are of. */
export function describeMachine(machine: Machine): string {
  const { cpu, cores, memoryGiB, os, instructions, node } = machine
  return `${cpu}, ${cores} cores (${instructions}), ${memoryGiB} GiB, ${os}, Node ${node}`
}

function introduce(machine: Machine, facts: readonly Facts[]): string[] {
  const dates = facts.map(({ date }) => date).sort()
  const distinct = (values: readonly string[]) => [...new Set(values)].sort().join(' and ')
  const peers = distinct(
    facts.flatMap(({ peer }) => (peer ? [`PyTorch ${peer.torch}, SpikingJelly ${peer.spikingjelly}`] : [])),
  )
  const period = dates[0] === dates.at(-1) ? dates[0] : `${dates[0]} to ${dates.at(-1)}`
  return [
    `Machine: ${describeMachine(machine)}. Measured ${period}.`,
    `Ours: backend ${distinct(facts.map(({ backend }) => backend))}. Peer: ${peers || 'none here'}, the faster of eager and compiled.`,
    '',
    'Both sides run in turn on all cores, in processes of their own; figures are medians over rounds of the median step, and a',
    'ratio is ours / peer. How they are measured is told in `bench/README.md`, what stands behind each one in `picks.json`.',
    'Firing rates are means over layers of neurons, with the lowest and highest layer, before and after the steps of each round.',
  ]
}

function column(
  title: string,
  key: keyof typeof METRICS,
  side: 'ours' | 'peer' | 'ratio',
  format: (value: number) => string,
): Column {
  return {
    title,
    show: (figures) => {
      const value = figures.get(METRICS[key].metric)?.[side] ?? null
      return value === null ? '-' : format(value)
    },
  }
}

/** Three significant digits, without an exponent, thousands apart. */
function formatNumber(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 })
}
