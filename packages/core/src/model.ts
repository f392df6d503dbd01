import type { Network } from '@snnx/ir'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import type { NetworkWeights } from './checkpoint/weights.ts'
import { makeMask } from './mask.ts'
import { disposeTensors, listParameters, type Tensors } from './parameters.ts'
import type { Model } from './simulate.ts'

/** Decoded weights as a network that can run, its masks fixed. */
export function loadModel(network: Network, { values, masks }: NetworkWeights): Model {
  const shapes = listParameters(network)
  const parameters: Tensors = new Map(shapes.map(({ name, shape }) => [name, tensor(values.get(name)!, shape)]))
  if (masks.size === 0) return { parameters, masking: null }
  const kept = shapes.flatMap(({ name, shape }): [string, Tensor][] => {
    const mask = masks.get(name)
    return mask ? [[name, makeMask(mask, shape)]] : []
  })
  return { parameters, masking: { masks: new Map(kept), frozen: true } }
}

/** Frees a loaded network. */
export function disposeModel({ parameters, masking }: Model): void {
  disposeTensors(parameters)
  disposeTensors(masking?.masks)
}
