/** What several values of the same quantity say, such as those of the seeds of one job. */
export interface Summary {
  n: number
  mean: number
  /** Sample standard deviation (n - 1 below the line); `null` for a single value. */
  deviation: number | null
  /** The interval that holds the true mean with the asked-for confidence, if the values are normal; `null` for a single one. */
  interval: readonly [least: number, greatest: number] | null
}

/** A difference between two methods, of the seeds that both have run. */
export interface Paired extends Summary {
  seeds: number[]
}

const CONFIDENCE = 0.95

/**
 * Mean, deviation and confidence interval, mean +- t s / sqrt(n) with Student's t of n - 1 degrees of freedom.
 *
 * @param values at least one
 * @param confidence 0.95 by default
 */
export function summarise(values: readonly number[], confidence = CONFIDENCE): Summary {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if (n === 1) return { n, mean, deviation: null, interval: null }
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const deviation = Math.sqrt(squares / (n - 1))
  const margin = (studentQuantile((1 + confidence) / 2, n - 1) * deviation) / Math.sqrt(n)
  return { n, mean, deviation, interval: [mean - margin, mean + margin] }
}

/**
 * One less the other, seed by seed: what the seeds have in common (the dense network they start from, the order of the
 * examples) falls out, so that it says more than two separate intervals.
 *
 * @param one by seed
 * @returns `null` when no seed is in both
 */
export function summarisePairs(
  one: ReadonlyMap<number, number>,
  other: ReadonlyMap<number, number>,
  confidence = CONFIDENCE,
): Paired | null {
  const seeds = [...one.keys()].filter((seed) => other.has(seed)).sort((a, b) => a - b)
  if (seeds.length === 0) return null
  const differences = seeds.map((seed) => one.get(seed)! - other.get(seed)!)
  return { seeds, ...summarise(differences, confidence) }
}

const HALVINGS = 64

/**
 * The quantile of Student's t distribution: P(T <= t) = probability.
 *
 * @param probability above 0, below 1
 * @param freedom degrees of freedom, a whole number from 1
 */
export function studentQuantile(probability: number, freedom: number): number {
  if (probability < 0.5) return -studentQuantile(1 - probability, freedom)
  const inside = 2 * probability - 1
  let [low, high] = [0, Math.PI / 2]
  for (let halving = 0; halving < HALVINGS; halving++) {
    const angle = (low + high) / 2
    if (centralProbability(angle, freedom) < inside) low = angle
    else high = angle
  }
  return Math.sqrt(freedom) * Math.tan(low)
}

/**
 * P(|T| <= sqrt(v) tan a) for v degrees of freedom, a finite sum (Abramowitz and Stegun, 26.7.3 and 26.7.4):
 *
 *     v even:  sin a (1 + 1/2 cos^2 a + (1 3)/(2 4) cos^4 a + ... up to cos^(v-2) a)
 *     v odd:   2/pi (a + sin a (cos a + 2/3 cos^3 a + (2 4)/(3 5) cos^5 a + ... up to cos^(v-2) a))
 */
function centralProbability(angle: number, freedom: number): number {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const isOdd = freedom % 2 === 1
  let term = isOdd ? cosine : 1
  let sum = 0
  for (let power = isOdd ? 1 : 0; power <= freedom - 2; power += 2) {
    sum += term
    term *= (cosine * cosine * (power + 1)) / (power + 2)
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum
}
