import { engine, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { Bottom } from '../kernel/bottom.ts'
import { MASK_BOTTOM } from '../kernel/register.ts'
import { disposeTensors, type Tensors } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'

/**
 * Masks exactly the `s` smallest squares among the `names`d weights (ties by flat index over the layers in order).
 * @returns the masks, and what the selection found
 */
export function selectBottom(
  parameters: Tensors,
  names: readonly string[],
  s: number,
): { masks: Tensors; bottom: Bottom } {
  const inputs = Object.fromEntries(names.map((name, index) => [`w${index}`, parameters.get(name)!]))
  const outputs = engine().runKernel(MASK_BOTTOM, inputs, { s }) as Tensor[]
  const found = outputs.pop()!
  const [energy, total, next] = found.dataSync() as unknown as [number, number, number]
  found.dispose()
  return { masks: new Map(names.map((name, index) => [name, outputs[index]!])), bottom: { energy, total, next } }
}

/** Puts new masks on the trainee, disposing the old ones. */
export function replaceMasks(trainee: Trainee, masks: Tensors, frozen: boolean): void {
  disposeTensors(trainee.masking?.masks)
  trainee.masking = { masks, frozen }
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
