import type { Method } from '@snnx/ir'

/** How a method is drawn, the same on every board: its own colour (a CSS variable with a value per scheme) and its own marker. */
export interface MethodStyle {
  colour: string
  symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'cross' | 'wye'
  /** An outline instead of a filled shape. */
  hollow: boolean
}

const style = (name: Method, symbol: MethodStyle['symbol'], hollow = false): MethodStyle => ({
  colour: `var(--method-${name.replace('_', '-')})`,
  symbol,
  hollow,
})

export const METHOD_STYLES: Readonly<Record<Method, MethodStyle>> = {
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

/** Line patterns that tell the set-ups of a board apart; the first is solid. */
export const DASHES = ['none', '6 4', '2 3', '10 3 2 3'] as const
