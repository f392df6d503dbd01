import type { Bottom } from '@snnx/kernels'
import { engine, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { MASK_BOTTOM, SCALE_COLUMNS } from '../kernel/select.ts'
import { makeMask, scaleMasked } from '../mask.ts'
import { disposeTensors, type Tensors } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'

/**
 * Masks exactly the `s` smallest squares among the `names`d weights (ties by flat index over the layers in order).
 * @param guess the threshold of an earlier selection near this one: a place to start from
 * @returns the masks, and what the selection found
 */
export function selectBottom(
  parameters: Tensors,
  names: readonly string[],
  s: number,
  guess = -1,
): { masks: Tensors; bottom: Bottom } {
  const inputs = Object.fromEntries(names.map((name, index) => [`w${index}`, parameters.get(name)!]))
  const outputs = engine().runKernel(MASK_BOTTOM, inputs, { s, guess }) as Tensor[]
  const found = outputs.pop()!
  const [energy, total, next, threshold] = found.dataSync() as unknown as [number, number, number, number]
  found.dispose()
  return {
    masks: new Map(names.map((name, index) => [name, outputs[index]!])),
    bottom: { energy, total, next, threshold },
  }
}

/**
 * As `selectBottom`, by the squares of the weights times their column's factor: energy and slope are those of the scores.
 *
 * @param factors per layer: one, or one for each column of its weights; `null`: none
 */
export function selectPriced(
  parameters: Tensors,
  names: readonly string[],
  s: number,
  factors: readonly Float32Array[] | null,
  guess = -1,
): { masks: Tensors; bottom: Bottom } {
  if (!factors) return selectBottom(parameters, names, s, guess)
  const scores: Tensors = new Map(
    names.map((name, layer) => {
      const w = parameters.get(name)!
      const of = tensor1d(factors[layer]!)
      const score = engine().runKernel(SCALE_COLUMNS, { w, factors: of }) as Tensor
      of.dispose()
      return [name, score]
    }),
  )
  const selected = selectBottom(scores, names, s, guess)
  disposeTensors(scores)
  return selected
}

/** Puts new masks on the trainee, disposing the old ones. */
export function replaceMasks(trainee: Trainee, masks: Tensors, frozen: boolean): void {
  disposeTensors(trainee.masking?.masks)
  trainee.masking = { masks, frozen }
}

/** Zeroes the masked weights. */
export function removeMasked(trainee: Trainee): void {
  const masks = trainee.masking!.masks
  updateMasked(trainee, [...masks.keys()], (weight, mask) => scaleMasked(weight, mask, 0))
}

/** Replaces the weights of these masked parameters by `update(weight, mask)`. */
export function updateMasked(
  trainee: Trainee,
  names: readonly string[],
  update: (weight: Tensor, mask: Tensor) => Tensor,
): void {
  for (const name of names) {
    const mask = trainee.masking!.masks.get(name)!
    const weight = trainee.parameters.get(name)!
    trainee.parameters.set(
      name,
      tidy(() => update(weight, mask)),
    )
    weight.dispose()
  }
}

/** Masks the given flat indices over the layers in order. */
export function maskIndices(parameters: Tensors, names: readonly string[], removed: Iterable<number>): Tensors {
  const sizes = names.map((name) => parameters.get(name)!.size)
  const kept = new Float32Array(sizes.reduce((total, size) => total + size, 0)).fill(1)
  for (const index of removed) kept[index] = 0
  let from = 0
  return new Map(
    names.map((name, layer): [string, Tensor] => {
      const values = kept.slice(from, from + sizes[layer]!)
      from += sizes[layer]!
      return [name, makeMask(values, parameters.get(name)!.shape)]
    }),
  )
}

/**
 * Which `count` of the candidates have the lowest scores, ties by index.
 * @param candidates indices into `scores`, ascending
 */
export function pickLowest(scores: ArrayLike<number>, candidates: Int32Array, count: number): Int32Array {
  if (count === 0) return new Int32Array()
  const sorted = Float32Array.from(candidates, (index) => scores[index]!).sort()
  const threshold = sorted[count - 1]!
  let ties = count - sorted.indexOf(threshold)
  return candidates.filter((index) => {
    const score = scores[index]!
    return score < threshold || (score === threshold && ties-- > 0)
  })
}
