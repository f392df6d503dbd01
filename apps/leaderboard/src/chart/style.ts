import type { Method } from '@snnx/ir'

/** How points are drawn: a colour (a CSS variable with a value per scheme) and a marker. */
export interface Style {
  colour: string
  symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'cross' | 'wye'
  /** An outline instead of a filled shape. */
  hollow: boolean
}

const style = (name: Method, symbol: Style['symbol'], hollow = false): Style => ({
  colour: `var(--method-${name.replace('_', '-')})`,
  symbol,
  hollow,
})

/** Each method has its own, the same on every board. */
export const METHOD_STYLES: Readonly<Record<Method, Style>> = {
  dense: style('dense', 'diamond'),
  minimax: style('minimax', 'circle'),
  gradual: style('gradual', 'square'),
  magnitude: style('magnitude', 'triangle'),
  magnitude_layer: style('magnitude_layer', 'triangle', true),
  random: style('random', 'cross'),
  ste: style('ste', 'wye', true),
  iterative: style('iterative', 'star'),
  grad_r: style('grad_r', 'wye'),
  admm: style('admm', 'square', true),
  stds: style('stds', 'circle', true),
  set: style('set', 'diamond', true),
  rigl: style('rigl', 'star', true),
  upr: style('upr', 'cross', true),
}

/** Line patterns that tell the lines of one colour apart; the first is solid. */
export const DASHES = ['none', '6 4', '2 3', '10 3 2 3', '12 4', '2 3 6 3'] as const
