/** Equal measurements of several seeds, summed up. */
export interface Spread {
  n: number
  mean: number
  min: number
  max: number
  /** Sample standard deviation (n - 1 below the line), `null` for a single value. */
  deviation: number | null
}

/** The mean and spread of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    n,
    mean,
    min: Math.min(...values),
    max: Math.max(...values),
    deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : null,
  }
}

/** Whether the intervals from least to greatest value have a point in common. */
export function overlap(one: Spread, other: Spread): boolean {
  return one.min <= other.max && other.min <= one.max
}
