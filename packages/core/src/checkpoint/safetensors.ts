import { printable, SnnxError } from '@snnx/ir'

/** Bytes of one number of each type that the format knows; this version writes F32, U8 and U16. */
const SIZES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const
export type Dtype = keyof typeof SIZES

/** A tensor in a safetensors file. */
export interface StoredTensor {
  dtype: Dtype
  shape: number[]
  /** Little-endian, as the file holds them. */
  bytes: Uint8Array
}

/** A safetensors file: tensors by name, and free text by name. */
export interface Safetensors {
  tensors: Map<string, StoredTensor>
  metadata: Record<string, string>
}

const RESTORE = 'restore it from a copy, or remove it and run the job again'

/** Encodes a file: 8 bytes of header length, a JSON header padded to 8 bytes with spaces, the tensors in order. */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {}
  let end = 0
  for (const [name, { dtype, shape, bytes }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] }
    end += bytes.length
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const length = Math.ceil(text.length / 8) * 8
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length)
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true)
  file.set(text, 8)
  let at = 8 + length
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at)
    at += bytes.length
  }
  return file
}

/**
 * Decodes a file; the tensors' bytes are views of it.
 * @param source what the file is called in errors
 * @param help how a file that is none is mended
 * @throws SnnxError SNX0801 when it is not a well-formed safetensors file
 */
export function decodeSafetensors(file: Uint8Array, source: string, help = RESTORE): Safetensors {
  const fail = (reason: string) => {
    throw new SnnxError('SNX0801', `${source} is not a whole safetensors file: ${printable(reason)}`, { help })
  }
  if (file.length < 8) return fail(`${file.length} bytes, too short for a header`)
  const announced = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true)
  if (announced > BigInt(file.length - 8)) return fail(`its header claims ${announced} bytes of ${file.length - 8}`)
  const start = 8 + Number(announced)
  const header = parseHeader(file.subarray(8, start)) ?? fail('its header is not a JSON object')
  const data = file.subarray(start)
  const tensors = new Map<string, StoredTensor>()
  const metadata: Record<string, string> = {}
  let end = 0
  for (const [name, entry] of sortByOffset(header)) {
    if (name === '__metadata__') {
      Object.assign(metadata, entry)
      continue
    }
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>
    if (typeof dtype !== 'string' || !Object.hasOwn(SIZES, dtype))
      return fail(`\`${name}\` has ${typeof dtype === 'string' ? `the type ${dtype}` : 'no type'}`)
    if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2)
      return fail(`\`${name}\` has no proper shape or offsets`)
    const [from, to] = offsets as [number, number]
    if (from !== end || to > data.length)
      return fail(`\`${name}\` lies at ${from}-${to} of ${data.length} bytes of data`)
    if (shape.reduce((size, of) => size * of, SIZES[dtype as Dtype]) !== to - from)
      return fail(`\`${name}\` has ${to - from} bytes for the shape [${shape}]`)
    tensors.set(name, { dtype: dtype as Dtype, shape, bytes: data.subarray(from, to) })
    end = to
  }
  if (end !== data.length) return fail(`${data.length - end} bytes follow the last tensor`)
  return { tensors, metadata }
}

/** Float32 numbers as stored. */
export function storeFloats(values: Float32Array, shape: readonly number[]): StoredTensor {
  return {
    dtype: 'F32',
    shape: [...shape],
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice(),
  }
}

/** The float32 numbers of a stored tensor, a copy: files need not be aligned (and `slice` of Node's Buffer copies nothing). */
export function readFloats({ bytes }: StoredTensor): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer)
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    const isObject = typeof header === 'object' && header !== null && !Array.isArray(header)
    if (!isObject) return null
    const { __metadata__: metadata = {} } = header as Record<string, unknown>
    return isTexts(metadata) ? (header as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Entries as their tensors lie in the file, which need not be the header's order. */
function sortByOffset(header: Record<string, unknown>): [string, unknown][] {
  const offset = (entry: unknown, side: 0 | 1) =>
    Number((entry as { data_offsets?: unknown[] } | null)?.data_offsets?.[side] ?? -1)
  return Object.entries(header).sort(([, a], [, b]) => offset(a, 0) - offset(b, 0) || offset(a, 1) - offset(b, 1))
}

function isTexts(value: unknown): value is Record<string, string> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject && Object.values(value).every((text) => typeof text === 'string')
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}
