import { type Summary, summarise } from '@snnx/ir'

/** Equal measurements of several seeds, summed up. */
export interface Spread extends Summary {
  min: number
  max: number
}

/** The mean and spread of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  return { ...summarise(values), min: Math.min(...values), max: Math.max(...values) }
}
