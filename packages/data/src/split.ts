import { createRandom, shuffle } from '@snnx/ir'

/** Indices into the stored training set, each part in stored order. */
export interface Split {
  train: Uint32Array
  validation: Uint32Array
}

/**
 * Splits off round(share n) examples for validation, stratified: of class c either floor(share n_c) or ceil(share n_c),
 * the largest remainders first (ties to the lowest class). The stream `split` of the seed picks which.
 */
export function splitStratified(labels: Uint8Array, classes: number, share: number, seed: number): Split {
  const members: number[][] = Array.from({ length: classes }, () => [])
  for (const [index, label] of labels.entries()) members[label]!.push(index)
  const taken = apportion(
    members.map((indices) => indices.length),
    share,
  )
  const random = createRandom(seed, 'split')
  const chosen = new Uint8Array(labels.length)
  for (const [label, indices] of members.entries()) {
    for (const index of shuffle(indices, random).slice(0, taken[label])) chosen[index] = 1
  }
  const stored = Uint32Array.from(labels.keys())
  return {
    train: stored.filter((index) => chosen[index] === 0),
    validation: stored.filter((index) => chosen[index] === 1),
  }
}

/** Whole numbers within one of share * counts that add up to round(share * sum of counts). */
function apportion(counts: readonly number[], share: number): number[] {
  const taken = counts.map((size) => Math.floor(share * size))
  const remainder = counts.map((size, index) => share * size - taken[index]!)
  const total = Math.round(share * counts.reduce((sum, size) => sum + size, 0))
  const missing = total - taken.reduce((sum, size) => sum + size, 0)
  const byRemainder = [...counts.keys()].sort((a, b) => remainder[b]! - remainder[a]! || a - b)
  for (const index of byRemainder.slice(0, missing)) taken[index]!++
  return taken
}
