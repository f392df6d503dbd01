import * as Plot from '@observablehq/plot'
import { type Board, titlePoint } from '../board/board.ts'
import type { Point } from '../board/point.ts'
import type { Spread } from '../board/spread.ts'
import { formatFixed, formatShare } from '../format/number.ts'
import type { Axis } from './axis.ts'
import { draw } from './draw.ts'
import { DASHES, METHOD_STYLES } from './style.ts'
import { linearDomain, logDomain, logTicks } from './ticks.ts'

/** A point with its place on the axis. */
interface Placed {
  point: Point
  x: Spread
  y: Spread
}

export interface AccuracyChart {
  svg: string
  /** Points without a place: no figure, or none above zero, on a logarithmic axis. */
  omitted: number
}

/** Accuracy against one cost, all methods of a board; `null` when no point has a place on that axis. */
export function drawAccuracy(board: Board, axis: Axis, size: { width: number; height: number }): AccuracyChart | null {
  const placed = board.points.flatMap((point): Placed[] => {
    const x = axis.of(point)
    return x !== null && x.min > 0 ? [{ point, x, y: point.accuracy }] : []
  })
  if (placed.length === 0) return null
  const domain = logDomain(placed.flatMap(({ x }) => [x.min, x.max]))
  const heights = [...placed.map(({ y }) => y), ...board.setups.map(({ dense }) => dense)]
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
      y: { domain: linearDomain(heights.flatMap(({ min, max }) => [min, max])), label: null },
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
        ...drawSeries(board, placed),
        ...drawRanges(placed),
        ...placed.map((item) => drawMarker(item, axis)),
      ],
    },
  )
  return { svg, omitted: board.points.length - placed.length }
}

/** The dense accuracy of each set-up: its mean as a line, its least to greatest value as a band. */
function drawDense({ setups }: Board): Plot.Markish[] {
  const title = ({ label, dense }: Board['setups'][number]) =>
    `${label}, dense: ${formatFixed(dense.mean)} % (${describeSpread(dense)})`
  return [
    Plot.rectY(
      setups.filter(({ dense }) => dense.n > 1),
      {
        y1: (setup) => setup.dense.min,
        y2: (setup) => setup.dense.max,
        fill: 'var(--method-dense)',
        fillOpacity: 0.12,
      },
    ),
    Plot.ruleY(setups, {
      y: (setup) => setup.dense.mean,
      stroke: 'var(--method-dense)',
      strokeDasharray: '4 3',
      title,
    }),
  ]
}

function drawSeries({ setups }: Board, placed: readonly Placed[]): Plot.Markish[] {
  return [...Map.groupBy(placed, ({ point }) => point.series).values()].map((items) => {
    const { method, setup } = items[0]!.point
    const dash = DASHES[setups.findIndex(({ id }) => id === setup) % DASHES.length]!
    return Plot.line(items, {
      x: ({ x }) => x.mean,
      y: ({ y }) => y.mean,
      stroke: METHOD_STYLES[method].colour,
      strokeWidth: 1.75,
      ...(dash === 'none' ? {} : { strokeDasharray: dash }),
    })
  })
}

/** From the least to the greatest value over the seeds, both ways. */
function drawRanges(placed: readonly Placed[]): Plot.Markish[] {
  const several = placed.filter(({ y }) => y.n > 1)
  const of = (colour: Placed) => METHOD_STYLES[colour.point.method].colour
  return [
    Plot.ruleX(several, {
      x: ({ x }) => x.mean,
      y1: ({ y }) => y.min,
      y2: ({ y }) => y.max,
      stroke: of,
      strokeWidth: 1.5,
      strokeOpacity: 0.75,
    }),
    Plot.ruleY(several, {
      y: ({ y }) => y.mean,
      x1: ({ x }) => x.min,
      x2: ({ x }) => x.max,
      stroke: of,
      strokeWidth: 1.5,
      strokeOpacity: 0.75,
    }),
  ]
}

function drawMarker(item: Placed, axis: Axis): Plot.Markish {
  const { colour, symbol, hollow } = METHOD_STYLES[item.point.method]
  return Plot.dot([item], {
    x: item.x.mean,
    y: item.y.mean,
    symbol,
    r: 5,
    fill: hollow ? 'var(--surface)' : colour,
    stroke: hollow ? colour : 'var(--surface)',
    strokeWidth: hollow ? 1.75 : 1,
    title: () =>
      [
        titlePoint(item.point),
        ...(item.point.target === null ? [] : [`target ${formatShare(item.point.target)}`]),
        `accuracy ${formatFixed(item.y.mean)} % (${describeSpread(item.y)})`,
        `${axis.title.toLowerCase()} ${axis.format(item.x.mean)}`,
      ].join('\n'),
  })
}

function describeSpread({ n, min, max }: Spread): string {
  return n === 1 ? 'n = 1' : `${formatFixed(min)} to ${formatFixed(max)}, n = ${n}`
}

function describe(board: Board, axis: Axis, placed: readonly Placed[]): string {
  const series = [...Map.groupBy(placed, ({ point }) => point.series).values()].map((items) => {
    const [most, least] = [items[0]!, items.at(-1)!]
    const end = ({ x, y }: Placed) => `${formatFixed(y.mean)} % at ${axis.format(x.mean)}`
    return `${titlePoint(most.point)}: ${items.length === 1 ? end(most) : `${end(most)} down to ${end(least)}`}.`
  })
  const dense = board.setups.map(({ label, dense }) => `Dense ${label}: ${formatFixed(dense.mean)} %.`)
  return [axis.meaning, ...dense, ...series, 'The table below holds every figure.'].join(' ')
}

/** The marker of a method alone, for legends and tables. */
export function drawSwatch(method: Point['method']): string {
  const { colour, symbol, hollow } = METHOD_STYLES[method]
  return draw(null, {
    width: 14,
    height: 14,
    margin: 0,
    axis: null,
    marks: [
      Plot.dot([0], {
        frameAnchor: 'middle',
        symbol,
        r: 4.5,
        fill: hollow ? 'var(--surface)' : colour,
        stroke: hollow ? colour : 'none',
        strokeWidth: 1.75,
      }),
    ],
  })
}
