import { MAX_COMPARED } from './limits.ts'

/** The known name that is closest to `name`, or `null` when none is close enough to be what was meant. */
export function nearest(name: string, known: Iterable<string>): string | null {
  if (name.length > 64) return null
  const limit = Math.max(1, Math.floor(name.length / 3))
  let best: { name: string; distance: number } | null = null
  let compared = 0
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue
    if (++compared > MAX_COMPARED) break
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name: candidate, distance }
  }
  return best !== null && best.distance <= limit ? best.name : null
}

/** Damerau-Levenshtein distance (optimal string alignment): insert, delete, replace, or swap two neighbours. */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = last[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1)
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        last[column] + 1,
        current[column - 1] + 1,
        replaced,
        swapped ? before[column - 2] + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = last
    last = current
  }
  return last[b.length]
}
