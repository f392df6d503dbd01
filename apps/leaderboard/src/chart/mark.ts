import * as Plot from '@observablehq/plot'
import { type Board, titlePoint } from '../board/board.ts'
import type { Point } from '../board/point.ts'
import type { Spread } from '../board/spread.ts'
import { formatFixed } from '../format/number.ts'
import { type Axis, METRIC_AXES } from './axis.ts'
import { cutBelow } from './cut.ts'
import type { Grouping } from './group.ts'

/** A point with its place on the axis. */
export interface Placed {
  point: Point
  x: Spread
  y: Spread
}

/** What a chart's two axes show. */
export interface Axes {
  x: Axis
  y: Axis
}

/** The dense accuracy of each set-up: its mean as a line, its least to greatest value as a band. */
export function drawDense({ setups }: Board): Plot.Markish[] {
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

/** A line through the means of each series, cut where it leaves the chart below. */
export function drawSeries(placed: readonly Placed[], floor: number, grouping: Grouping): Plot.Markish[] {
  return [...Map.groupBy(placed, ({ point }) => point.series).values()].map((items) => {
    const { point } = items[0]!
    const { dash } = grouping.strandOf(point)
    const line = items.map(({ x, y }) => ({ x: x.mean, y: y.mean }))
    return Plot.line(cutBelow(line, floor), {
      x: 'x',
      y: 'y',
      stroke: grouping.of(point).style.colour,
      strokeWidth: 1.75,
      ...(dash === 'none' ? {} : { strokeDasharray: dash }),
    })
  })
}

/** From the least to the greatest value over the seeds, both ways. */
export function drawRanges(placed: readonly Placed[], floor: number, grouping: Grouping): Plot.Markish[] {
  const several = placed.filter(({ y }) => y.n > 1)
  const colour = ({ point }: Placed) => grouping.of(point).style.colour
  return [
    Plot.ruleX(several, {
      x: ({ x }) => x.mean,
      y1: ({ y }) => Math.max(y.min, floor),
      y2: ({ y }) => y.max,
      stroke: colour,
      strokeWidth: 1.5,
      strokeOpacity: 0.75,
    }),
    Plot.ruleY(several, {
      y: ({ y }) => y.mean,
      x1: ({ x }) => x.min,
      x2: ({ x }) => x.max,
      stroke: colour,
      strokeWidth: 1.5,
      strokeOpacity: 0.75,
    }),
  ]
}

/** A point's marker, with all its figures in its title. */
export function drawMarker(item: Placed, { x, y }: Axes, grouping: Grouping): Plot.Markish {
  const { colour, symbol, hollow } = grouping.of(item.point).style
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
        ...(item.point.target === null ? [] : [`target ${item.point.goal}`]),
        `${y.title.toLowerCase()} ${nameFigure(item.y, y)} (${describeSpread(item.y, y)})`,
        `${x.title.toLowerCase()} ${nameFigure(item.x, x)}`,
      ].join('\n'),
  })
}

/** `88.93 to 89.16, n = 3`, or `n = 1`. */
export function describeSpread(
  { n, min, max }: Spread,
  { format }: Pick<Axis, 'format'> = METRIC_AXES.accuracy,
): string {
  return n === 1 ? 'n = 1' : `${format(min)} to ${format(max)}, n = ${n}`
}

/** A mean with its unit: accuracies have none of their own. */
export function nameFigure({ mean }: Spread, { id, format }: Axis): string {
  return id === 'accuracy' ? `${format(mean)} %` : format(mean)
}
