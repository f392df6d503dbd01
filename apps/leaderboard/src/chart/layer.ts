import * as Plot from '@observablehq/plot'
import type { Result } from '@snnx/ir'
import { haveShortNames, namePoints } from '../board/node.ts'
import { formatCount, formatShare } from '../format/number.ts'
import { draw } from './draw.ts'
import { type Label, placeLabels } from './label.ts'
import { logDomain, logTicks } from './ticks.ts'

const LABELLED = 12
const LEFT = 92
const RIGHT = 16

/** A layer at a node. */
interface Dot {
  name: string
  /** The node's place, from 0, and its name. */
  node: number
  goal: string
  kept: number
  weights: number
  share: number
}

/**
 * The connectivity of every layer at every node, one line of dots a layer; `null` for a record without compressed nodes. Dots
 * are labelled by their nodes' names, or where these are long and too near each other by the nodes' numbers, from 1.
 */
export function drawLayers(record: Result, size: { width: number }): string | null {
  const goals = namePoints(record)
  const { nodes, hash } = record
  const dots = nodes.flatMap(({ target, layers }, node) =>
    layers.flatMap(({ name, kept, weights }): Dot[] =>
      target === null || kept === 0 ? [] : [{ name, node, goal: goals[node]!, kept, weights, share: kept / weights }],
    ),
  )
  if (dots.length === 0) return null
  const names = nodes[0]!.layers.map(({ name }) => name)
  const domain = logDomain(dots.map(({ share }) => share))
  const sparse = names.length <= LABELLED
  const across = ({ share }: Dot) =>
    LEFT + ((size.width - LEFT - RIGHT) * Math.log(share / domain[0])) / Math.log(domain[1] / domain[0])
  const labels = sparse ? labelDots(dots, across, haveShortNames(record)) : []
  return draw(
    {
      label: `Connectivity of each layer at each node of run ${hash}`,
      description: 'One row of dots for each layer, one dot for each node. The table below holds every figure.',
    },
    {
      ...size,
      height: names.length * (sparse ? 52 : 26) + 60,
      marginLeft: LEFT,
      marginRight: RIGHT,
      marginTop: 12,
      marginBottom: 42,
      x: { type: 'log', domain, label: null },
      y: { type: 'point', domain: names, label: null, padding: 0.5 },
      marks: [
        Plot.ruleY(names, { stroke: 'var(--grid)' }),
        Plot.axisY({ tickSize: 0, tickPadding: 8, label: null, tickFormat: shorten }),
        Plot.axisX(logTicks(domain, size.width < 500 ? 5 : 10), {
          text: formatShare,
          tickSize: 4,
          label: 'Connectivity of the layer, log scale',
          labelArrow: 'none',
          labelAnchor: 'center',
          labelOffset: 38,
        }),
        Plot.line(dots, {
          x: 'share',
          y: 'name',
          z: 'name',
          stroke: 'var(--line-1)',
          strokeWidth: 1.5,
          strokeOpacity: 0.5,
        }),
        Plot.dot(dots, {
          x: 'share',
          y: 'name',
          r: 4.5,
          fill: 'var(--line-1)',
          stroke: 'var(--surface)',
          title: ({ name, goal, kept, weights, share }: Dot) =>
            `${name} at ${goal}\n${formatShare(share)}: ${formatCount(kept)} of ${formatCount(weights)}`,
        }),
        ...(['above', 'below'] as const).map((place) =>
          Plot.text(
            labels.filter((label) => label.place === place),
            {
              x: 'share',
              y: 'name',
              text: 'text',
              dy: place === 'above' ? -14 : 15,
              fontSize: 10.5,
              fill: 'var(--muted)',
            },
          ),
        ),
      ],
    },
  )
}

type Placed = Dot & { text: string; place: 'above' | 'below' | null }

/** Labels for dots, row by row; names unless one of them has no room, then numbers. */
function labelDots(dots: readonly Dot[], across: (dot: Dot) => number, short: boolean): Placed[] {
  const by = (text: (dot: Dot) => string) =>
    [...Map.groupBy(dots, ({ name }) => name).values()].flatMap((row): Placed[] => {
      const labels = row.map((dot): Label => ({ text: text(dot), middle: across(dot) }))
      const places = placeLabels(labels)
      return row.map((dot, index) => ({ ...dot, text: labels[index]!.text, place: places[index]! }))
    })
  const named = by(({ goal }) => goal)
  return short || named.every(({ place }) => place !== null) ? named : by(({ node }) => String(node + 1))
}

/** Layer names are free text; an axis has room for this much. */
function shorten(name: string): string {
  return name.length > 12 ? `${name.slice(0, 11)}…` : name
}
