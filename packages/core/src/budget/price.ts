import type { Budget } from './budget.ts'

/** Of prices and energies in the scores: 1 would be the derivative; a quarter is what training data chose (decision 0010). */
const EXPONENT = 0.25
/** What every weight costs besides what the budgets say, as a share of the mean: so that none is free. */
const EPSILON = 0.1

/** How much a budget counts beside the others; connectivity costs the same for every weight. */
export interface Weighting {
  connectivity: number
  /** In the order of the budgets. */
  budgets: readonly number[]
}

/**
 * The factors that turn weights into scores, so that a selection of the smallest |w| factor removes first what lowers the
 * budgets most for what the network loses by it (decision 0010):
 *
 *     score = w^2 / (E_l c_l)^(1/4)        E_l = energy that layer l still has, sum of its kept w^2
 *     c_l = (epsilon + sum_k p_k c_kl / mean(c_k)) / (epsilon + 1)        p_k = weight of budget k, sum 1
 *
 * c_kl is the mean over the layer: for SynOps a weight costs what reaches it, and is worth as much.
 *
 * w^2 / E_l is what removing w takes from the sum of log E_l over the layers: the fewer weights a layer has left, the dearer
 * each of them, so no layer is emptied because its weights cost much.
 *
 * @param sizes weights of each prunable layer
 * @param energies E_l of each
 * @returns a factor for each layer; `null` where all weights cost the same: the paper's rule
 */
export function priceFactors(
  budgets: readonly Budget[],
  { connectivity, budgets: weights }: Weighting,
  sizes: readonly number[],
  energies: readonly number[],
): Float32Array[] | null {
  if (budgets.length === 0) return null
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const whole = weights.reduce((sum, weight) => sum + weight, connectivity)
  const prices = sizes.map(() => EPSILON + (whole > 0 ? connectivity / whole : 0))
  for (const [index, { costs }] of budgets.entries()) {
    const share = whole > 0 ? weights[index]! / whole : 1 / budgets.length
    const means = costs.map(meanOf)
    const mean = means.reduce((sum, of, layer) => sum + of * sizes[layer]!, 0) / total
    if (mean > 0) for (const layer of prices.keys()) prices[layer]! += (share * means[layer]!) / mean
  }
  if (prices.every((price) => price === prices[0])) return null
  const mean = energies.reduce((sum, energy) => sum + energy, 0) / energies.length
  return prices.map((price, layer) => {
    const left = mean > 0 ? Math.max(energies[layer]! / mean, 1e-12) : 1
    return Float32Array.of(((EPSILON + 1) / (price * left)) ** (EXPONENT / 2))
  })
}

/** The mean of a layer's costs. */
export function meanOf(costs: Float32Array): number {
  return costs.reduce((sum, cost) => sum + cost, 0) / costs.length
}
