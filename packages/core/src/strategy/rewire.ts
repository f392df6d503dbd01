import type { Allocation } from '@snnx/ir'
import type { Tensor } from '@tensorflow/tfjs-core'
import { makeMask } from '../mask.ts'
import { readMask } from '../measure/kept.ts'
import { maskMoments } from '../optim/optimizer.ts'
import { readValues, type Tensors } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'
import { drawMasks } from './random.ts'
import { removeMasked, replaceMasks } from './selection.ts'
import type { NodeContext } from './strategy.ts'

/** One layer as a dynamic method sees it. */
export interface Wiring {
  name: string
  weights: Float32Array
  /** 1 where there is a connection; to be changed in place. */
  mask: Uint8Array
}

/** Begins sparse: a random mask with the target's connections, fixed until it is rewired. */
export function beginSparse(trainee: Trainee, context: NodeContext, allocation: Allocation | undefined): void {
  install(trainee, drawMasks(trainee, context, allocation))
}

/** Moves each layer's connections: what is not there afterwards is 0, and so are its moments, so that new ones start there. */
export function rewire(trainee: Trainee, { names }: NodeContext, move: (layer: Wiring) => void): void {
  const masks = names.map((name): [string, Tensor] => {
    const mask = readMask(trainee.masking!.masks.get(name)!)
    const held = trainee.parameters.get(name)!
    move({ name, weights: readValues(held), mask })
    return [name, makeMask(mask, held.shape)]
  })
  install(trainee, new Map(masks))
}

/** The places of a mask that have a connection (1), or none (0), ascending. */
export function placesOf(mask: Uint8Array, value: 0 | 1): Int32Array {
  const places = new Int32Array(mask.length)
  let count = 0
  for (let index = 0; index < mask.length; index++) if (mask[index] === value) places[count++] = index
  return places.subarray(0, count)
}

function install(trainee: Trainee, masks: Tensors): void {
  replaceMasks(trainee, masks, true)
  removeMasked(trainee)
  maskMoments(trainee.optimizer, masks)
}
