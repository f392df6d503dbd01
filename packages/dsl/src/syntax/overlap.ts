import type { Span } from '../source.ts'

/** Finds whether any of many spans touches another one, without walking over all of them each time. */
export interface Overlaps {
  touch(span: Span): boolean
}

/** Spans by where they start, each with how far it and those before it reach. */
export function overlapsOf(spans: readonly Span[]): Overlaps {
  const sorted = spans.toSorted((a, b) => a.start - b.start)
  const reaches: number[] = []
  for (const { end } of sorted) reaches.push(Math.max(end, reaches.at(-1) ?? end))
  return {
    touch({ start, end }) {
      let [low, high] = [0, sorted.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (sorted[middle].start <= end) low = middle + 1
        else high = middle
      }
      return low > 0 && reaches[low - 1] >= start
    },
  }
}
