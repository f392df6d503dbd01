import * as Plot from '@observablehq/plot'
import type { Method } from '@snnx/ir'
import { draw } from './draw.ts'
import { METHOD_STYLES } from './style.ts'

/** The marker of a method alone, for legends and tables. */
export function drawSwatch(method: Method): string {
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
