import * as Plot from '@observablehq/plot'
import type { Result } from '@snnx/ir'
import { formatCount, formatShare } from '../format/number.ts'
import { draw } from './draw.ts'
import { logDomain, logTicks } from './ticks.ts'

const LABELLED = 12

/** The connectivity of every layer at every node, one line of dots a layer; `null` for a record without compressed nodes. */
export function drawLayers({ nodes, hash }: Result, size: { width: number }): string | null {
  const dots = nodes.flatMap(({ target, layers }) =>
    layers.flatMap(({ name, kept, weights }) =>
      target === null || kept === 0 ? [] : [{ name, target, kept, weights, share: kept / weights }],
    ),
  )
  if (dots.length === 0) return null
  const names = nodes[0]!.layers.map(({ name }) => name)
  const domain = logDomain(dots.map(({ share }) => share))
  const sparse = names.length <= LABELLED
  return draw(
    {
      label: `Connectivity of each layer at each node of run ${hash}`,
      description:
        'One row of dots for each layer, one dot for each target connectivity. The table below holds every figure.',
    },
    {
      ...size,
      height: names.length * (sparse ? 52 : 26) + 60,
      marginLeft: 92,
      marginRight: 16,
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
          title: ({ name, target, kept, weights, share }) =>
            `${name} at target ${formatShare(target)}\n${formatShare(share)}: ${formatCount(kept)} of ${formatCount(weights)}`,
        }),
        Plot.text(sparse ? dots : [], {
          x: 'share',
          y: 'name',
          text: ({ target }) => formatShare(target),
          dy: -14,
          fontSize: 10.5,
          fill: 'var(--muted)',
        }),
      ],
    },
  )
}

/** Layer names are free text; an axis has room for this much. */
function shorten(name: string): string {
  return name.length > 12 ? `${name.slice(0, 11)}…` : name
}
