import { digest, printable, SnnxError } from '@snnx/ir'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { decodeSafetensors, encodeSafetensors, readFloats, storeFloats } from './safetensors.ts'

/** Everything a run needs to go on: named sets of tensors, and plain data for the rest. */
export interface Checkpoint<State> {
  tensors: Record<string, ReadonlyMap<string, Tensor>>
  state: State
}

const FORMAT = 'snnx-checkpoint-2'

/**
 * Encodes a checkpoint as one safetensors file, so that one rename replaces it whole: tensors are named `SET/NAME`; the
 * state, the job's hash and a checksum over all of it stand in the metadata.
 */
export function encodeCheckpoint<State>(hash: string, { tensors, state }: Checkpoint<State>): Uint8Array {
  const stored = new Map(
    Object.entries(tensors).flatMap(([set, members]) =>
      [...members].map(
        ([name, held]) => [`${set}/${name}`, storeFloats(held.dataSync() as Float32Array, held.shape)] as const,
      ),
    ),
  )
  const metadata = { format: FORMAT, hash, state: JSON.stringify(state) }
  const checksum = digest(encodeSafetensors({ tensors: stored, metadata }))
  return encodeSafetensors({ tensors: stored, metadata: { ...metadata, checksum } })
}

/**
 * Decodes a checkpoint of the job `hash`.
 * @throws SnnxError SNX0801 not a safetensors file; SNX0803 damaged, of another version, or of another job
 */
export function decodeCheckpoint<State>(hash: string, file: Uint8Array): Checkpoint<State> {
  const { tensors: stored, metadata } = decodeSafetensors(file, 'the checkpoint')
  const { checksum, ...rest } = metadata
  const fail = (reason: string): never => {
    throw new SnnxError('SNX0803', `the checkpoint cannot be used: ${printable(reason)}`, {
      help: 'remove it to start the job anew; finished records and weights are not touched',
    })
  }
  if (rest.format !== FORMAT)
    fail(`its format is ${JSON.stringify(rest.format ?? null)}, this version writes ${JSON.stringify(FORMAT)}`)
  if (digest(encodeSafetensors({ tensors: stored, metadata: rest })) !== checksum)
    fail('its checksum does not match its content')
  if (rest.hash !== hash) fail(`it belongs to job ${rest.hash}, not ${hash}`)
  const state = parseState(rest.state) ?? fail('it holds no state')
  if ([...stored.values()].some(({ dtype }) => dtype !== 'F32')) fail('it holds tensors that are not F32')
  const tensors: Record<string, Map<string, Tensor>> = {}
  for (const [name, held] of stored) {
    const cut = name.indexOf('/')
    const set = name.slice(0, cut)
    tensors[set] ??= new Map()
    ;(tensors[set] as Map<string, Tensor>).set(name.slice(cut + 1), tensor(readFloats(held), held.shape))
  }
  return { tensors, state: state as State }
}

function parseState(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}
