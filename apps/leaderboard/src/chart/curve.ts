import * as Plot from '@observablehq/plot'
import type { Epoch, Result } from '@snnx/ir'
import { haveShortNames, nameNode } from '../board/node.ts'
import { formatFixed, formatShare, formatSi, formatSignificant } from '../format/number.ts'
import { draw } from './draw.ts'
import { widthOf } from './label.ts'
import { logDomain, logTicks } from './ticks.ts'

const SIZE = { width: 345, height: 200 }
const LEFT = 52
const RIGHT = 10

/** One chart over the epochs of a run. */
export interface Curve {
  title: string
  /** What is drawn, one sentence. */
  meaning: string
  lines: readonly Line[]
  format(value: number): string
  log?: boolean
}

interface Line {
  name: string
  colour: string
  of(epoch: Epoch): number | null
}

/** The curves of a run, each over the epochs that have its figures. */
export function listCurves(result: Result): Curve[] {
  const [first, second] = ['var(--line-1)', 'var(--line-2)']
  const one = (name: string, of: Line['of']): readonly Line[] => [{ name, colour: first, of }]
  const curves: Curve[] = [
    {
      title: 'Loss',
      meaning: 'Mean training loss of each epoch.',
      lines: one('loss', (epoch) => epoch.loss),
      format: formatSignificant,
    },
    {
      title: 'Accuracy, %',
      meaning: 'Share of right answers on the training and validation examples.',
      lines: [
        { name: 'training', colour: second, of: (epoch) => epoch.trainAccuracy },
        { name: 'validation', colour: first, of: (epoch) => epoch.validationAccuracy },
      ],
      format: (value) => formatFixed(value, 1),
    },
    {
      title: 'Connectivity',
      meaning: 'Remaining share of the prunable connections, by the mask; log scale.',
      lines: one('connectivity', (epoch) => epoch.connectivity),
      format: formatShare,
      log: true,
    },
    {
      title: 's',
      meaning: 'Connections to remove, as the descent of s has it.',
      lines: one('s', (epoch) => epoch.s),
      format: (value) => formatSi(value),
    },
    {
      title: 'y',
      meaning: 'The dual of the energy of the s smallest weights.',
      lines: one('y', (epoch) => epoch.y),
      format: formatSignificant,
    },
    {
      title: 'z',
      meaning: 'The dual of the budget.',
      lines: one('z', (epoch) => epoch.z),
      format: formatSignificant,
    },
  ]
  return curves.filter(({ title, lines }) => {
    if (title === 'Connectivity' && result.job.compress === null) return false
    return lines.some(({ of }) => result.curves.some((epoch) => of(epoch) !== null))
  })
}

/** Epochs one after another: a one-shot method starts from the dense network at every node, and so does its count. */
export function layEndToEnd(curves: readonly Epoch[]): Epoch[] {
  let before = 0
  return curves.map((epoch, index) => {
    const last = index === 0 ? 0 : curves[index - 1]!.epoch
    if (epoch.epoch <= last) before += last
    return { ...epoch, epoch: before + epoch.epoch }
  })
}

/** Draws a curve, with the nodes as sections: their spans of compression shaded, their names (or numbers, from 1) written above. */
export function drawCurve(curve: Curve, record: Result): string {
  const result = { ...record, curves: layEndToEnd(record.curves) }
  const dots = curve.lines.flatMap((line) =>
    result.curves.flatMap((epoch) => {
      const value = line.of(epoch)
      return value === null || (curve.log && value <= 0)
        ? []
        : [{ line, epoch: epoch.epoch, value, phase: epoch.phase }]
    }),
  )
  const sections = listSections(result)
  const end = Math.max(...result.curves.map(({ epoch }) => epoch), 1)
  const values = dots.map(({ value }) => value)
  const domain = curve.log ? logDomain(values) : undefined
  const range = Math.max(...values) - Math.min(...values)
  const flat = range < 0.01 * Math.max(...values.map(Math.abs)) // ticks of three digits would be the same
  const few = result.curves.length <= 60
  return draw(
    { label: `${curve.title} over epochs`, description: describe(curve, dots) },
    {
      ...SIZE,
      marginLeft: LEFT,
      marginRight: RIGHT,
      marginTop: 22,
      marginBottom: 36,
      x: { domain: [0, end], label: null },
      y: {
        ...(domain ? { type: 'log', domain } : flat ? { domain: widen(values) } : { nice: true }),
        label: null,
        zero: false,
      },
      marks: [
        Plot.rectX(
          sections.flatMap(({ compress }) => compress),
          { x1: 'from', x2: 'to', fill: 'var(--shade)', title: () => 'compression' },
        ),
        Plot.ruleX(
          sections.slice(1).map(({ from }) => from),
          { stroke: 'var(--rule)', strokeDasharray: '2 2' },
        ),
        Plot.text(sections, {
          x: ({ from, to }) => (from + to) / 2,
          frameAnchor: 'top',
          dy: -16,
          text: 'label',
          fill: 'var(--muted)',
          fontSize: 10.5,
        }),
        Plot.gridY({ stroke: 'var(--grid)', strokeOpacity: 1, ...yTicks(domain) }),
        Plot.axisY({
          ...yTicks(domain),
          text: (value: number) => curve.format(value),
          tickSize: 0,
          tickPadding: 6,
          label: null,
        }),
        Plot.axisX({
          ticks: 6,
          tickSize: 4,
          label: 'Epoch',
          labelArrow: 'none',
          labelAnchor: 'center',
          labelOffset: 34,
        }),
        ...curve.lines.map((line) =>
          Plot.line(
            dots.filter((dot) => dot.line === line),
            { x: 'epoch', y: 'value', stroke: line.colour, strokeWidth: 1.75 },
          ),
        ),
        Plot.dot(few ? dots : [], {
          x: 'epoch',
          y: 'value',
          fill: ({ line }) => line.colour,
          r: 2.25,
          title: ({ line, epoch, value }) => `epoch ${formatSignificant(epoch)}: ${line.name} ${curve.format(value)}`,
        }),
      ],
    },
  )
}

interface Section {
  label: string
  from: number
  to: number
  compress: { from: number; to: number }[]
}

/** The epochs of each node, in order; one nameless section for a run without nodes. */
function listSections(result: Result): Section[] {
  const sections: (Section & { node: number | null })[] = []
  let from = 0
  for (const { node, epoch, phase } of result.curves) {
    let section = sections.at(-1)
    if (section === undefined || section.node !== node) {
      section = { node, label: node === null ? '' : nameNode(result, node), from, to: epoch, compress: [] }
      sections.push(section)
    }
    section.to = epoch
    if (phase === 'compress') section.compress.push({ from, to: epoch })
    from = epoch
  }
  const pixels = (SIZE.width - LEFT - RIGHT) / Math.max(from, 1)
  const fit = sections.every(({ label, from, to }) => widthOf(label) <= (to - from) * pixels)
  if (fit || haveShortNames(result)) return sections
  return sections.map((section) => ({ ...section, label: section.node === null ? '' : String(section.node + 1) }))
}

/** Two hundredths around values that hardly differ. */
function widen(values: readonly number[]): [number, number] {
  const margin = 0.02 * Math.max(...values.map(Math.abs))
  return [Math.min(...values) - margin, Math.max(...values) + margin]
}

const yTicks = (domain: [number, number] | undefined) => (domain ? { ticks: logTicks(domain, 6) } : { ticks: 5 })

function describe(curve: Curve, dots: readonly { line: Line; epoch: number; value: number }[]): string {
  const ends = curve.lines.flatMap((line) => {
    const own = dots.filter((dot) => dot.line === line)
    if (own.length === 0) return []
    const [first, last] = [own[0]!, own.at(-1)!]
    return `${line.name}: ${curve.format(first.value)} at epoch ${formatSignificant(first.epoch)}, ${curve.format(last.value)} at epoch ${formatSignificant(last.epoch)}.`
  })
  return [curve.meaning, ...ends].join(' ')
}
