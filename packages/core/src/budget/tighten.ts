import { disposeTensors, type Tensors } from '../parameters.ts'
import { selectPriced } from '../strategy/selection.ts'
import { areMet, type Budget } from './budget.ts'

/**
 * The fewest weights to remove, at least `least`, for every budget to be met, when those with the smallest scores go first.
 * Fewer weights never cost more, so it is found by halving.
 *
 * @param factors of the scores, see `priceFactors`
 * @returns `null` when even a single weight is too many
 */
export function findRemoved(
  parameters: Tensors,
  names: readonly string[],
  budgets: readonly Budget[],
  factors: readonly Float32Array[] | null,
  least: number,
): number | null {
  const total = names.reduce((sum, name) => sum + parameters.get(name)!.size, 0)
  const met = (s: number) => {
    const { masks } = selectPriced(parameters, names, s, factors)
    const is = areMet(budgets, masks)
    disposeTensors(masks)
    return is
  }
  if (met(least)) return least
  if (!met(total - 1)) return null
  let [low, high] = [least, total - 1]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (met(middle)) high = middle
    else low = middle
  }
  return high
}
