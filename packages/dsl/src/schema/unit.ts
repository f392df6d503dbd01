/** What a number can measure. Units of one dimension convert into each other, but for seconds and steps (they need `dt`). */
export type Dimension =
  | 'number'
  | 'count'
  | 'share'
  | 'steps'
  | 'seconds'
  | 'epochs'
  | 'batches'
  | 'bytes'
  | 'energy'
  | 'pixels'

export interface Unit {
  dimension: Dimension
  /** The unit in its dimension's base unit is `factor * 10^exponent`. */
  factor: number
  exponent: number
}

const unit = (dimension: Dimension, exponent = 0, factor = 1): Unit => ({ dimension, factor, exponent })

/** Every unit of the language. Base units: 1, steps, seconds, epochs, batches, bytes, joules, pixels. */
export const UNITS: Readonly<Record<string, Unit>> = {
  '%': unit('share', -2),
  steps: unit('steps'),
  step: unit('steps'),
  us: unit('seconds', -6),
  ms: unit('seconds', -3),
  s: unit('seconds'),
  epochs: unit('epochs'),
  epoch: unit('epochs'),
  batches: unit('batches'),
  batch: unit('batches'),
  k: unit('count', 3),
  M: unit('count', 6),
  G: unit('count', 9),
  B: unit('bytes'),
  kB: unit('bytes', 3),
  MB: unit('bytes', 6),
  KiB: unit('bytes', 0, 1024),
  MiB: unit('bytes', 0, 1024 ** 2),
  pJ: unit('energy', -12),
  nJ: unit('energy', -9),
  uJ: unit('energy', -6),
  mJ: unit('energy', -3),
  px: unit('pixels'),
}

/** How each dimension is called, and what one writes. */
export const DIMENSIONS: Readonly<Record<Dimension, { noun: string; example: string }>> = {
  number: { noun: 'a plain number', example: '1.0' },
  count: { noun: 'a count', example: '20 k' },
  share: { noun: 'a share', example: '10 %' },
  steps: { noun: 'a number of time steps', example: '2 steps' },
  seconds: { noun: 'a time in seconds', example: '2 ms' },
  epochs: { noun: 'a number of epochs', example: '2 epochs' },
  batches: { noun: 'a number of batches', example: '100 batches' },
  bytes: { noun: 'a number of bytes', example: '200 kB' },
  energy: { noun: 'an energy', example: '120 uJ' },
  pixels: { noun: 'a number of pixels', example: '2 px' },
}

/** The value in base units; shifting the decimal point of the text keeps `2.35 %` exactly 0.0235. */
export function toBase(digits: string, { factor, exponent }: Unit): number {
  const [mantissa, power = '0'] = digits.toLowerCase().split('e')
  return Number(`${mantissa}e${Number(power) + exponent}`) * factor
}

/** A number in base units as one would write it: 0.0235 as a share is `2.35 %`. */
export function formatQuantity(value: number, dimension: Dimension): string {
  if (dimension === 'share') return `${Number((value * 100).toPrecision(12))} %`
  if (dimension === 'number' || dimension === 'count') return formatNumber(value)
  if (dimension === 'seconds') return `${Number((value * 1000).toPrecision(12))} ms`
  const name = { steps: 'step', epochs: 'epoch', batches: 'batch', bytes: 'B', energy: 'J', pixels: 'px' }[dimension]
  if (!['step', 'epoch', 'batch'].includes(name) || value === 1) return `${formatNumber(value)} ${name}`
  return `${formatNumber(value)} ${name === 'batch' ? 'batches' : `${name}s`}`
}

/** A number in base units in a unit that one chose: 0.0235 in `%` is `2.35 %`. */
export function formatIn(value: number, name: string): string {
  const { factor, exponent } = UNITS[name]
  return `${formatNumber(Number((value / factor / 10 ** exponent).toPrecision(12)))} ${name}`
}

/** 0.001 is `1e-3`, 64 is `64`. */
export function formatNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 0.01 ? value.toExponential() : String(value)
}
