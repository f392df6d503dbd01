import { type Network, printable, SnnxError, type Taken } from '@snnx/ir'
import { listParameters } from '../parameters.ts'
import { toFloats } from './floats.ts'
import { mapTensors } from './mapping.ts'
import { decodeSafetensors, type StoredTensor } from './safetensors.ts'
import { decodeWeights, type NetworkWeights } from './weights.ts'

/** What a file of weights gives to a network. */
export interface Imported {
  weights: NetworkWeights
  /** Every tensor of the network, in its order, with the one it was taken from. */
  tensors: Taken[]
  /** Names of tensors that no network here has: constants of neurons. */
  unused: string[]
}

/**
 * Takes a network's tensors from a safetensors file that torch, SpikingJelly or snnTorch has written, by order and shape
 * (see `mapTensors`); from a file of our own by their names.
 *
 * @param source what the file is called in errors
 * @throws SnnxError SNX0801 not a safetensors file; SNX0804 the first tensor that does not agree; SNX0805 a tensor of a
 *     type or with values that weights cannot have
 */
export function importWeights(network: Network, file: Uint8Array, source: string): Imported {
  const help = 'write the file again, with `safetensors.torch.save_file`'
  const { tensors: stored, metadata } = decodeSafetensors(file, source, help)
  if (metadata.format?.startsWith('snnx-weights')) {
    const { values } = decodeWeights(network, file, source)
    const tensors = listParameters(network).map(({ name, shape }) => ({ from: name, to: name, shape }))
    return { weights: { values, masks: new Map() }, tensors, unused: [] }
  }
  const { tensors, unused } = mapTensors(network, stored, source)
  const values = new Map(tensors.map(({ from, to }) => [to, readValues(from, stored.get(from)!, source)]))
  return { weights: { values, masks: new Map() }, tensors, unused }
}

function readValues(name: string, stored: StoredTensor, source: string): Float32Array {
  const refuse = (reason: string): never => {
    throw new SnnxError('SNX0805', `${source}: ${printable(`\`${name}\` ${reason}`)}`, {
      help: 'save the weights as float32, float16 or bfloat16, from a network that has not diverged',
    })
  }
  const values = toFloats(stored) ?? refuse(`is of type ${stored.dtype}`)
  return values.every(Number.isFinite) ? values : refuse('has values that are not finite numbers')
}
