/**
 * Whole numbers, each the floor or the ceiling of its quota, that add up to `whole`: the largest remainders are rounded
 * up, the first one winning ties. Shares of `whole` in proportion to sizes are the quotas `whole * size / total`.
 *
 * @param whole the sum of the quotas, rounded
 */
export function apportion(whole: number, quotas: readonly number[]): number[] {
  const parts = quotas.map(Math.floor)
  const remainder = quotas.map((quota, index) => quota - parts[index]!)
  const missing = whole - parts.reduce((sum, part) => sum + part, 0)
  const byRemainder = [...quotas.keys()].sort((a, b) => remainder[b]! - remainder[a]! || a - b)
  for (const index of byRemainder.slice(0, missing)) parts[index]!++
  return parts
}
