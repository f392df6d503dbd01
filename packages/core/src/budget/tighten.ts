import { disposeTensors, type Tensors } from '../parameters.ts'
import { areMet, type Budget } from './budget.ts'

/**
 * The fewest weights to remove, at least `least`, for every budget to be met. Fewer weights never cost more, so it is found
 * by halving.
 *
 * @param select the masks with so many weights removed; they are disposed of here
 * @returns `null` when even a single weight is too many
 */
export function findRemoved(
  select: (removed: number) => Tensors,
  total: number,
  budgets: readonly Budget[],
  least: number,
): number | null {
  const met = (removed: number) => {
    const masks = select(removed)
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
