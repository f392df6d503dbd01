import { badMagic, wrongLength } from './errors.ts'

/** A decoded idx file of bytes: `data` is row-major and shares memory with the file's content. */
export interface Idx {
  shape: readonly number[]
  data: Uint8Array
}

/**
 * Decodes idx: two zero bytes, the type (8 = unsigned byte), the rank, each dimension as a big-endian uint32, the data.
 * @param path names the file in errors
 * @param rank the rank the file must have (3 for images, 1 for labels)
 * @throws SNX0705 for another magic number, SNX0706 when the length does not fit the header
 */
export function decodeIdx(content: Uint8Array, path: string, rank: number): Idx {
  const header = 4 + 4 * rank
  if (content.length < 4) throw wrongLength(path, `at least ${header} bytes`, content.length)
  const magic = [0, 0, 8, rank]
  if (magic.some((byte, index) => content[index] !== byte)) {
    throw badMagic(path, `the first bytes ${hex(magic)}`, hex(content.subarray(0, 4)))
  }
  if (content.length < header) throw wrongLength(path, `at least ${header} bytes`, content.length)
  const view = new DataView(content.buffer, content.byteOffset, header)
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  const length = header + shape.reduce((product, size) => product * size, 1)
  if (content.length !== length) {
    throw wrongLength(path, `${length} bytes (its header says ${shape.join(' x ')})`, content.length)
  }
  return { shape, data: content.subarray(header) }
}

/** The idx file of `data`: the inverse of `decodeIdx`. */
export function encodeIdx({ shape, data }: Idx): Uint8Array<ArrayBuffer> {
  const header = 4 + 4 * shape.length
  const content = new Uint8Array(header + data.length)
  content.set([0, 0, 8, shape.length])
  const view = new DataView(content.buffer)
  for (const [axis, size] of shape.entries()) view.setUint32(4 + 4 * axis, size)
  content.set(data, header)
  return content
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
