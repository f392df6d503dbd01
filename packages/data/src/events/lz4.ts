const MAGIC = 0x184d2204
/** Flags of a frame: its version (01), sums of the blocks, the length of the whole, a sum of it, a dictionary. */
const VERSION = 1
const BLOCK_SUMS = 16
const LENGTH = 8
const DICTIONARY = 1

/**
 * Unpacks a frame of LZ4 (frame format 1.6, block format): blocks that may refer to those before them. Its sums are not
 * checked.
 * @param limit the bytes that may come out
 * @throws RangeError that says what is wrong
 */
export function decompressLz4(frame: Uint8Array, limit: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('it is no frame of LZ4')
  const flags = view.getUint8(4)
  if (flags >> 6 !== VERSION || flags & DICTIONARY) throw new RangeError('it is a frame of LZ4 of another kind')
  const output = makeOutput(4 * frame.length, limit)
  // The flags are followed by the largest block's size, perhaps the length, and a sum of the header.
  for (let at = 6 + (flags & LENGTH ? 8 : 0) + 1; ; ) {
    const size = view.getUint32(at, true)
    if (size === 0) return output.content()
    const length = size & 0x7fffffff
    const block = frame.subarray(at + 4, at + 4 + length)
    if (block.length < length) throw new RangeError('it is cut')
    if (size >>> 31) output.append(block)
    else unpackBlock(block, output)
    at += 4 + length + (flags & BLOCK_SUMS ? 4 : 0)
  }
}

interface Output {
  append(bytes: Uint8Array): void
  /** Repeats `length` bytes from `offset` bytes ago; the two may overlap. */
  repeat(offset: number, length: number): void
  content(): Uint8Array
}

function makeOutput(expected: number, limit: number): Output {
  let held = new Uint8Array(Math.min(expected, limit))
  let length = 0
  const reserve = (more: number) => {
    if (length + more > limit) throw new RangeError(`it holds more than ${limit} bytes`)
    if (length + more <= held.length) return
    const larger = new Uint8Array(Math.min(limit, 2 * (length + more)))
    larger.set(held.subarray(0, length))
    held = larger
  }
  return {
    append(bytes) {
      reserve(bytes.length)
      held.set(bytes, length)
      length += bytes.length
    },
    repeat(offset, count) {
      if (offset === 0 || offset > length) throw new RangeError('it refers to what is not there')
      reserve(count)
      for (const end = length + count; length < end; length++) held[length] = held[length - offset]!
    },
    content: () => held.subarray(0, length),
  }
}

/** Sequences of literals and a match: lengths in a token, 15 meaning that bytes follow that are added up to one below 255. */
function unpackBlock(block: Uint8Array, output: Output): void {
  let at = 0
  const next = () => {
    if (at >= block.length) throw new RangeError('a block is cut')
    return block[at++]!
  }
  const extend = (length: number) => {
    if (length < 15) return length
    for (let total = length; ; ) {
      const more = next()
      total += more
      if (more < 255) return total
    }
  }
  for (;;) {
    const token = next()
    const literals = extend(token >> 4)
    if (at + literals > block.length) throw new RangeError('a block is cut')
    output.append(block.subarray(at, at + literals))
    at += literals
    if (at === block.length) return
    const offset = next() | (next() << 8)
    output.repeat(offset, extend(token & 15) + 4)
  }
}
