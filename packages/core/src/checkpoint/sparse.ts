/**
 * How the positions of the surviving weights are stored, whichever is smallest:
 *
 *     gaps    per survivor the number of pruned weights before it, in bytes or 16-bit words; the largest value means
 *             "that many pruned weights, and go on"
 *     bits    one bit a weight, lowest first
 */
export type PositionEncoding = 'gaps8' | 'gaps16' | 'bits'

/** Positions of survivors, encoded. */
export interface EncodedPositions {
  encoding: PositionEncoding
  bytes: Uint8Array
}

/** Encodes which of the weights survive (`mask` non-zero) in the smallest form. */
export function encodePositions(mask: ArrayLike<number>): EncodedPositions {
  const forms: EncodedPositions[] = [
    { encoding: 'gaps8', bytes: encodeGaps(mask, 0xff) },
    { encoding: 'gaps16', bytes: encodeGaps(mask, 0xffff) },
    { encoding: 'bits', bytes: encodeBits(mask) },
  ]
  return forms.reduce((best, form) => (form.bytes.length < best.bytes.length ? form : best))
}

/**
 * The flat indices of the survivors, ascending.
 * @returns null when the bytes do not describe exactly `kept` of `total` weights
 */
export function decodePositions(
  { encoding, bytes }: EncodedPositions,
  kept: number,
  total: number,
): Uint32Array | null {
  const indices =
    encoding === 'bits' ? decodeBits(bytes, kept, total) : decodeGaps(bytes, encoding === 'gaps8' ? 0xff : 0xffff, kept)
  return indices && (kept === 0 || indices[kept - 1]! < total) ? indices : null
}

function encodeGaps(mask: ArrayLike<number>, limit: number): Uint8Array {
  const words: number[] = []
  let gap = 0
  for (let index = 0; index < mask.length; index++) {
    if (mask[index]) {
      words.push(gap)
      gap = 0
    } else if (++gap === limit) {
      words.push(limit)
      gap = 0
    }
  }
  while (words.at(-1) === limit) words.pop()
  if (limit === 0xff) return Uint8Array.from(words)
  return new Uint8Array(Uint16Array.from(words).buffer)
}

function decodeGaps(bytes: Uint8Array, limit: number, kept: number): Uint32Array | null {
  if (limit === 0xffff && bytes.length % 2 !== 0) return null
  const words = limit === 0xff ? bytes : new Uint16Array(new Uint8Array(bytes).buffer)
  const indices = new Uint32Array(kept)
  let at = 0
  let found = 0
  for (const word of words) {
    at += word
    if (word === limit) continue
    if (found === kept) return null
    indices[found++] = at++
  }
  return found === kept ? indices : null
}

function encodeBits(mask: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(mask.length / 8))
  for (let index = 0; index < mask.length; index++) if (mask[index]) bytes[index >> 3]! |= 1 << (index & 7)
  return bytes
}

function decodeBits(bytes: Uint8Array, kept: number, total: number): Uint32Array | null {
  if (bytes.length !== Math.ceil(total / 8)) return null
  const indices = new Uint32Array(kept)
  let found = 0
  for (let index = 0; index < bytes.length * 8; index++) {
    if (!((bytes[index >> 3]! >> (index & 7)) & 1)) continue
    if (found === kept) return null
    indices[found++] = index
  }
  return found === kept ? indices : null
}
