import type { Bottom } from '@snnx/kernels'
import { engine, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { MASK_BOTTOM } from '../kernel/select.ts'
import { scaleMasked } from '../mask.ts'
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

/** Puts new masks on the trainee, disposing the old ones. */
export function replaceMasks(trainee: Trainee, masks: Tensors, frozen: boolean): void {
  disposeTensors(trainee.masking?.masks)
  trainee.masking = { masks, frozen }
}

/** Zeroes the masked weights. */
export function removeMasked(trainee: Trainee): void {
  updateMasked(trainee, (weight, mask) => scaleMasked(weight, mask, 0))
}

/** Replaces the masked layers' weights by `update(weight, mask)`. */
export function updateMasked(trainee: Trainee, update: (weight: Tensor, mask: Tensor) => Tensor): void {
  for (const [name, mask] of trainee.masking!.masks) {
    const weight = trainee.parameters.get(name)!
    trainee.parameters.set(
      name,
      tidy(() => update(weight, mask)),
    )
    weight.dispose()
  }
}
