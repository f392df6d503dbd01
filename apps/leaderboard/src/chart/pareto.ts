import * as Plot from '@observablehq/plot'
import { type Board, titlePoint } from '../board/board.ts'
import { formatFixed } from '../format/number.ts'
import type { Axis } from './axis.ts'
import { draw } from './draw.ts'
import { type Grouping, groupPoints } from './group.ts'
import { type Axes, drawDense, drawMarker, drawRanges, drawSeries, nameFigure, type Placed } from './mark.ts'
import { linearDomain, logDomain, logTicks } from './ticks.ts'

/** How far below its dense networks a board is still near them, in points. */
const NEAR = 3

export interface ParetoChart {
  svg: string
  /** Points without a place: no figure, or none above zero, on a logarithmic axis. */
  omitted: number
  /** Points that lie below the chart. */
  below: number
}

/** What a chart shows besides its axes. */
export interface View {
  /** The value at which the chart ends below; all points are in it by default. */
  floor?: number
  /** By method unless given. */
  grouping?: Grouping
}

/** The accuracy below which a chart of the neighbourhood of the dense networks ends; `null` when all points are within. */
export function findFloor({ setups, points }: Board): number | null {
  const floor = Math.floor(Math.min(...setups.map(({ dense }) => dense.mean)) - NEAR)
  return points.some(({ accuracy }) => accuracy.mean < floor) ? floor : null
}

/** One metric against another, all points of a board; `null` when no point has a place on both axes. */
export function drawPareto(
  board: Board,
  axes: Axes,
  size: { width: number; height: number },
  { floor = Number.NEGATIVE_INFINITY, grouping = groupPoints(board) }: View = {},
): ParetoChart | null {
  const { x, y } = axes
  const placed = board.points.flatMap((point): Placed[] => {
    const [across, up] = [x.of(point, board), y.of(point, board)]
    if (across === null || up === null) return []
    const hasPlace = (x.scale === 'linear' || across.min > 0) && (y.scale === 'linear' || up.min > 0)
    return hasPlace ? [{ point, x: across, y: up }] : []
  })
  if (placed.length === 0) return null
  const isOfAccuracy = y.id === 'accuracy'
  const shown = placed.filter((item) => item.y.mean >= floor)
  const dense = isOfAccuracy ? board.setups.map((setup) => setup.dense) : []
  const ends = (spreads: readonly { min: number; max: number }[]) => spreads.flatMap(({ min, max }) => [min, max])
  const across = domainOf(x, ends(placed.map((item) => item.x)))
  const up = domainOf(y, ends([...shown.map((item) => item.y), ...dense]))
  const svg = draw(
    {
      label: `${isOfAccuracy ? 'Test accuracy' : y.title} against ${x.title.toLowerCase()} on ${board.facts.title}`,
      description: describe(board, axes, placed),
    },
    {
      ...size,
      marginLeft: isOfAccuracy ? 40 : 64,
      marginRight: 12,
      marginTop: 26,
      marginBottom: 42,
      x: { type: x.scale, domain: across, label: null },
      y: { type: y.scale, domain: Number.isFinite(floor) ? [floor, up[1]] : up, label: null },
      marks: [
        ...drawUpright(y, up),
        drawLevel(x, across, size.width < 500 ? 5 : 10),
        ...(isOfAccuracy ? drawDense(board) : []),
        ...drawSeries(placed, floor, grouping),
        ...drawRanges(shown, floor, grouping),
        ...shown.map((item) => drawMarker(item, axes, grouping)),
      ],
    },
  )
  return { svg, omitted: board.points.length - placed.length, below: placed.length - shown.length }
}

function domainOf({ scale }: Axis, values: readonly number[]): [number, number] {
  return scale === 'log' ? logDomain(values) : linearDomain(values)
}

function drawLevel(axis: Axis, domain: [number, number], most: number): Plot.Markish {
  const plain = { tickSize: 4, labelArrow: 'none', labelAnchor: 'center', labelOffset: 38 } as const
  if (axis.scale === 'linear')
    return Plot.axisX({ ticks: Math.min(most, 8), label: axis.label ?? axis.title, ...plain })
  // `text`, unlike `tickFormat`, is not thinned out by a log scale.
  return Plot.axisX(logTicks(domain, most), { text: axis.format, label: `${axis.title}, log scale`, ...plain })
}

/** The vertical axis with its grid. */
function drawUpright(axis: Axis, domain: [number, number]): Plot.Markish[] {
  const grid = { stroke: 'var(--grid)', strokeOpacity: 1 }
  const plain = { tickSize: 0, tickPadding: 8, label: axis.label ?? axis.title, labelArrow: 'none' } as const
  if (axis.scale === 'linear') return [Plot.gridY({ ...grid, ticks: 6 }), Plot.axisY({ ticks: 6, ...plain })]
  const ticks = logTicks(domain, 6)
  return [Plot.gridY(ticks, grid), Plot.axisY(ticks, { text: axis.format, ...plain })]
}

function describe(board: Board, { x, y }: Axes, placed: readonly Placed[]): string {
  const series = [...Map.groupBy(placed, ({ point }) => point.series).values()].map((items) => {
    const [most, least] = [items[0]!, items.at(-1)!]
    const end = (item: Placed) => `${nameFigure(item.y, y)} at ${nameFigure(item.x, x)}`
    return `${titlePoint(most.point)}: ${items.length === 1 ? end(most) : `${end(most)} down to ${end(least)}`}.`
  })
  const dense = board.setups.map(({ label, dense }) => `Dense ${label}: ${formatFixed(dense.mean)} %.`)
  return [x.describe(board), ...dense, ...series, 'The table below holds every figure.'].join(' ')
}
