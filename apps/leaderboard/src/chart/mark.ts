import * as Plot from '@observablehq/plot'
import { type Board, titlePoint } from '../board/board.ts'
import type { Point } from '../board/point.ts'
import type { Spread } from '../board/spread.ts'
import { formatFixed } from '../format/number.ts'
import type { Axis } from './axis.ts'
import { cutBelow } from './cut.ts'
import { DASHES, METHOD_STYLES } from './style.ts'

/** A point with its place on the axis. */
export interface Placed {
  point: Point
  x: Spread
  y: Spread
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
export function drawSeries({ setups }: Board, placed: readonly Placed[], floor: number): Plot.Markish[] {
  return [...Map.groupBy(placed, ({ point }) => point.series).values()].map((items) => {
    const { method, setup } = items[0]!.point
    const dash = DASHES[setups.findIndex(({ id }) => id === setup) % DASHES.length]!
    const line = items.map(({ x, y }) => ({ x: x.mean, y: y.mean }))
    return Plot.line(cutBelow(line, floor), {
      x: 'x',
      y: 'y',
      stroke: METHOD_STYLES[method].colour,
      strokeWidth: 1.75,
      ...(dash === 'none' ? {} : { strokeDasharray: dash }),
    })
  })
}

/** From the least to the greatest value over the seeds, both ways. */
export function drawRanges(placed: readonly Placed[], floor: number): Plot.Markish[] {
  const several = placed.filter(({ y }) => y.n > 1)
  const colour = ({ point }: Placed) => METHOD_STYLES[point.method].colour
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
export function drawMarker(item: Placed, axis: Axis): Plot.Markish {
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
        ...(item.point.target === null ? [] : [`target ${item.point.goal}`]),
        `accuracy ${formatFixed(item.y.mean)} % (${describeSpread(item.y)})`,
        `${axis.title.toLowerCase()} ${axis.format(item.x.mean)}`,
      ].join('\n'),
  })
}

/** `88.93 to 89.16, n = 3`, or `n = 1`. */
export function describeSpread({ n, min, max }: Spread): string {
  return n === 1 ? 'n = 1' : `${formatFixed(min)} to ${formatFixed(max)}, n = ${n}`
}
