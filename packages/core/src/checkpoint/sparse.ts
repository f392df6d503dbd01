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
  const sizes = {
    gaps8: countGapWords(mask, 0xff),
    gaps16: 2 * countGapWords(mask, 0xffff),
    bits: Math.ceil(mask.length / 8),
  }
  if (sizes.gaps8 <= sizes.gaps16 && sizes.gaps8 <= sizes.bits) {
    return { encoding: 'gaps8', bytes: fillGaps(mask, 0xff, new Uint8Array(sizes.gaps8)) }
  }
  if (sizes.gaps16 <= sizes.bits) {
    const words = fillGaps(mask, 0xffff, new Uint16Array(sizes.gaps16 / 2))
    return { encoding: 'gaps16', bytes: new Uint8Array(words.buffer) }
  }
  return { encoding: 'bits', bytes: encodeBits(mask) }
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

/** How many words the gaps take: one a survivor, and one for every `limit` pruned weights in a row before it. */
function countGapWords(mask: ArrayLike<number>, limit: number): number {
  let words = 0
  let gap = 0
  for (let index = 0; index < mask.length; index++) {
    if (mask[index]) {
      words += 1 + Math.floor(gap / limit)
      gap = 0
    } else gap++
  }
  return words
}

function fillGaps<Words extends Uint8Array | Uint16Array>(mask: ArrayLike<number>, limit: number, words: Words): Words {
  let at = 0
  let gap = 0
  for (let index = 0; index < mask.length; index++) {
    if (!mask[index]) {
      gap++
      continue
    }
    for (; gap >= limit; gap -= limit) words[at++] = limit
    words[at++] = gap
    gap = 0
  }
  return words
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
