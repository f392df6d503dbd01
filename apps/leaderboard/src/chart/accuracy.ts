import * as Plot from '@observablehq/plot'
import { type Board, titlePoint } from '../board/board.ts'
import { formatFixed } from '../format/number.ts'
import type { Axis } from './axis.ts'
import { draw } from './draw.ts'
import { drawDense, drawMarker, drawRanges, drawSeries, type Placed } from './mark.ts'
import { linearDomain, logDomain, logTicks } from './ticks.ts'

/** How far below its dense networks a board is still near them, in points. */
const NEAR = 3

export interface AccuracyChart {
  svg: string
  /** Points without a place: no figure, or none above zero, on a logarithmic axis. */
  omitted: number
  /** Points that lie below the chart. */
  below: number
}

/** The accuracy below which a chart of the neighbourhood of the dense networks ends; `null` when all points are within. */
export function findFloor({ setups, points }: Board): number | null {
  const floor = Math.floor(Math.min(...setups.map(({ dense }) => dense.mean)) - NEAR)
  return points.some(({ accuracy }) => accuracy.mean < floor) ? floor : null
}

/**
 * Accuracy against one cost, all methods of a board; `null` when no point has a place on that axis.
 *
 * @param floor the accuracy at which the chart ends below; all points are in it by default
 */
export function drawAccuracy(
  board: Board,
  axis: Axis,
  size: { width: number; height: number },
  floor = Number.NEGATIVE_INFINITY,
): AccuracyChart | null {
  const placed = board.points.flatMap((point): Placed[] => {
    const x = axis.of(point, board)
    return x !== null && x.min > 0 ? [{ point, x, y: point.accuracy }] : []
  })
  if (placed.length === 0) return null
  const domain = logDomain(placed.flatMap(({ x }) => [x.min, x.max]))
  const shown = placed.filter(({ y }) => y.mean >= floor)
  const heights = [...shown.map(({ y }) => y), ...board.setups.map(({ dense }) => dense)]
  const [low, high] = linearDomain(heights.flatMap(({ min, max }) => [min, max]))
  const narrow = size.width < 500
  const svg = draw(
    {
      label: `Test accuracy against ${axis.title.toLowerCase()} on ${board.facts.title}`,
      description: describe(board, axis, placed),
    },
    {
      ...size,
      marginLeft: 40,
      marginRight: 12,
      marginTop: 26,
      marginBottom: 42,
      x: { type: 'log', domain, label: null },
      y: { domain: [Number.isFinite(floor) ? floor : low, high], label: null },
      marks: [
        Plot.gridY({ stroke: 'var(--grid)', strokeOpacity: 1, ticks: 6 }),
        Plot.axisY({ ticks: 6, tickSize: 0, tickPadding: 8, label: 'Test accuracy, %', labelArrow: 'none' }),
        Plot.axisX(logTicks(domain, narrow ? 5 : 10), {
          text: axis.format, // unlike `tickFormat`, which a log scale thins out
          tickSize: 4,
          label: `${axis.title}, log scale`,
          labelArrow: 'none',
          labelAnchor: 'center',
          labelOffset: 38,
        }),
        ...drawDense(board),
        ...drawSeries(board, placed, floor),
        ...drawRanges(shown, floor),
        ...shown.map((item) => drawMarker(item, axis)),
      ],
    },
  )
  return { svg, omitted: board.points.length - placed.length, below: placed.length - shown.length }
}

function describe(board: Board, axis: Axis, placed: readonly Placed[]): string {
  const series = [...Map.groupBy(placed, ({ point }) => point.series).values()].map((items) => {
    const [most, least] = [items[0]!, items.at(-1)!]
    const end = ({ x, y }: Placed) => `${formatFixed(y.mean)} % at ${axis.format(x.mean)}`
    return `${titlePoint(most.point)}: ${items.length === 1 ? end(most) : `${end(most)} down to ${end(least)}`}.`
  })
  const dense = board.setups.map(({ label, dense }) => `Dense ${label}: ${formatFixed(dense.mean)} %.`)
  return [axis.describe(board), ...dense, ...series, 'The table below holds every figure.'].join(' ')
}
