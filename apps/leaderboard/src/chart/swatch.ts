import * as Plot from '@observablehq/plot'
import { draw } from './draw.ts'
import type { Style } from './style.ts'

/** A marker alone, for legends and tables. */
export function drawSwatch({ colour, symbol, hollow }: Style): string {
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
