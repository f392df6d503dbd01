import { apportion, createRandom, type Labels, shuffle } from '@snnx/ir'
import { emptyPart } from './errors.ts'

/** Indices into the stored training set, each part in stored order. */
export interface Split {
  train: Uint32Array
  validation: Uint32Array
}

/**
 * Splits off round(share n) examples for validation, stratified: of class c either floor(share n_c) or ceil(share n_c),
 * the largest remainders first (ties to the lowest class). The stream `split` of the seed picks which.
 */
export function splitStratified(labels: Labels, classes: number, share: number, seed: number): Split {
  const members: number[][] = Array.from({ length: classes }, () => [])
  for (const [index, label] of labels.entries()) members[label]!.push(index)
  const taken = apportion(
    Math.round(share * labels.length),
    members.map((indices) => share * indices.length),
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

/**
 * As `splitStratified`, with at least one example in each part.
 * @throws SNX0713
 */
export function splitParts(labels: Labels, classes: number, share: number, seed: number): Split {
  const split = splitStratified(labels, classes, share, seed)
  for (const part of ['train', 'validation'] as const) {
    if (split[part].length === 0) throw emptyPart(part, share, labels.length)
  }
  return split
}
