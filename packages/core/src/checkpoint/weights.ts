import { count, type Network, printable, SnnxError } from '@snnx/ir'
import { listParameters } from '../parameters.ts'
import { decodeSafetensors, encodeSafetensors, readFloats, type StoredTensor, storeFloats } from './safetensors.ts'
import { decodePositions, encodePositions, type PositionEncoding } from './sparse.ts'

/** A network's parameters as plain arrays; a masked one's pruned weights are 0. */
export interface NetworkWeights {
  values: Map<string, Float32Array>
  /** 1 = kept, for pruned layers only. */
  masks: Map<string, Uint8Array>
}

const FORMAT = 'snnx-weights-1'

/**
 * Encodes a weights file (safetensors). A dense tensor stands under its name; a pruned one as its surviving values
 * `NAME.values` and their positions `NAME.positions`, with shape and encoding in the metadata: so the file shrinks with
 * the network.
 */
export function encodeWeights(network: Network, { values, masks }: NetworkWeights): Uint8Array {
  const tensors = new Map<string, StoredTensor>()
  const metadata: Record<string, string> = { format: FORMAT }
  for (const { name, shape } of listParameters(network)) {
    const mask = masks.get(name)
    if (!mask) {
      tensors.set(name, storeFloats(values.get(name)!, shape))
      continue
    }
    const kept = keepMarked(values.get(name)!, mask)
    const { encoding, bytes } = encodePositions(mask)
    tensors.set(`${name}.values`, storeFloats(kept, [kept.length]))
    tensors.set(`${name}.positions`, { dtype: 'U8', shape: [bytes.length], bytes })
    metadata[name] = JSON.stringify({ shape, encoding })
  }
  return encodeSafetensors({ tensors, metadata })
}

/** The size of the same network's file when every tensor is stored dense. */
export function denseBytes(network: Network): number {
  const zeros = new Map(listParameters(network).map(({ name, shape }) => [name, new Float32Array(count(shape))]))
  return encodeWeights(network, { values: zeros, masks: new Map() }).length
}

/**
 * Decodes a weights file of this network, from `encodeWeights` or any dense safetensors file with the same names.
 * @param source what the file is called in errors
 * @throws SnnxError SNX0801 not a safetensors file; SNX0802 not this network's weights, or inconsistent
 */
export function decodeWeights(network: Network, file: Uint8Array, source: string): NetworkWeights {
  const { tensors, metadata } = decodeSafetensors(file, source)
  const values = new Map<string, Float32Array>()
  const masks = new Map<string, Uint8Array>()
  const fail = (name: string, reason: string): never => {
    throw new SnnxError(
      'SNX0802',
      `${source} does not hold the weights of network \`${network.name}\`: ${printable(`\`${name}\` ${reason}`)}`,
      {
        help: 'use the file that the job wrote, or run the job again',
      },
    )
  }
  const expected = new Set<string>()
  for (const { name, shape } of listParameters(network)) {
    const dense = tensors.get(name)
    if (dense) {
      expected.add(name)
      if (dense.dtype !== 'F32' || String(dense.shape) !== String(shape)) {
        fail(name, `is ${dense.dtype} [${dense.shape}], expected F32 [${shape}]`)
      }
      values.set(name, readFloats(dense))
    } else {
      expected.add(`${name}.values`).add(`${name}.positions`)
      const sparse =
        readSparse(name, shape, tensors, metadata[name]) ??
        fail(name, 'is missing, or its values and positions disagree')
      values.set(name, sparse.values)
      masks.set(name, sparse.mask)
    }
    if (!values.get(name)!.every(Number.isFinite)) fail(name, 'has values that are not finite numbers')
  }
  for (const name of tensors.keys()) if (!expected.has(name)) fail(name, 'is not one of its tensors')
  return { values, masks }
}

/** The values whose mark is not 0, in order. */
function keepMarked(values: Float32Array, marks: Uint8Array): Float32Array {
  let count = 0
  for (let index = 0; index < marks.length; index++) count += Number(marks[index] !== 0)
  const kept = new Float32Array(count)
  for (let index = 0, at = 0; index < marks.length; index++) if (marks[index]) kept[at++] = values[index]!
  return kept
}

function readSparse(
  name: string,
  shape: readonly number[],
  tensors: ReadonlyMap<string, StoredTensor>,
  description: string | undefined,
): { values: Float32Array; mask: Uint8Array } | null {
  const stored = tensors.get(`${name}.values`)
  const positions = tensors.get(`${name}.positions`)
  const encoding = readEncoding(description, shape)
  if (!stored || !positions || !encoding || stored.dtype !== 'F32' || positions.dtype !== 'U8') return null
  const kept = readFloats(stored)
  const total = count(shape)
  const indices = decodePositions({ encoding, bytes: positions.bytes }, kept.length, total)
  if (!indices) return null
  const values = new Float32Array(total)
  const mask = new Uint8Array(total)
  for (let at = 0; at < indices.length; at++) {
    values[indices[at]!] = kept[at]!
    mask[indices[at]!] = 1
  }
  return { values, mask }
}

function readEncoding(description: string | undefined, shape: readonly number[]): PositionEncoding | null {
  try {
    const read = JSON.parse(description ?? '') as { shape?: unknown; encoding?: unknown }
    if (String(read.shape) !== String(shape)) return null
    return read.encoding === 'gaps8' || read.encoding === 'gaps16' || read.encoding === 'bits' ? read.encoding : null
  } catch {
    return null
  }
}
