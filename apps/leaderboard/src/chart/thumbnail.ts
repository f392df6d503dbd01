import * as Plot from '@observablehq/plot'
import type { Board } from '../board/board.ts'
import { draw } from './draw.ts'
import { METHOD_STYLES } from './style.ts'
import { linearDomain, logDomain } from './ticks.ts'

/** A board's accuracy against connectivity without axes: its shape only, for a card that says the rest in words. */
export function drawThumbnail({ points, setups, facts }: Board): string {
  const placed = points.filter(({ connectivity }) => connectivity.mean > 0)
  const heights = [...placed.map(({ accuracy }) => accuracy.mean), ...setups.map(({ dense }) => dense.mean)]
  return draw(
    {
      label: `Accuracy against connectivity on ${facts.title}, in outline`,
      description:
        'One line for each method, from sparse on the left to dense on the right. The board has the chart with its axes.',
    },
    {
      width: 360,
      height: 120,
      margin: 6,
      axis: null,
      x: { type: 'log', domain: logDomain([1, ...placed.map(({ connectivity }) => connectivity.mean)], 0.02) },
      y: { domain: linearDomain(heights) },
      marks: [
        Plot.ruleY(setups, { y: ({ dense }) => dense.mean, stroke: 'var(--method-dense)', strokeDasharray: '4 3' }),
        ...[...Map.groupBy(placed, ({ series }) => series).values()].map((items) => {
          const { colour } = METHOD_STYLES[items[0]!.method]
          return [
            Plot.line(items, {
              x: ({ connectivity }) => connectivity.mean,
              y: ({ accuracy }) => accuracy.mean,
              stroke: colour,
              strokeWidth: 1.75,
            }),
            Plot.dot(items, {
              x: ({ connectivity }) => connectivity.mean,
              y: ({ accuracy }) => accuracy.mean,
              fill: colour,
              r: 2.5,
            }),
          ]
        }),
      ],
    },
  )
}
