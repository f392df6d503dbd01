import { badArchive } from '../errors.ts'
import { type Entry, settleName } from './entry.ts'

const BLOCK = 512
/** A name longer than this is no name. */
const LONGEST_NAME = 1 << 16

/**
 * The regular files of a tar, as it streams by: ustar (POSIX), with pax's and GNU's long names and sizes. Links, devices and
 * folders are passed over.
 * @param path names the archive in errors
 * @throws SNX0715 for a damaged header or an early end, SNX0716 for a name that leaves the folder; what the stream throws
 */
export async function* readTar(stream: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Entry> {
  const bytes = readBytes(stream, path)
  let told: { name?: string; size?: number } = {}
  try {
    for (let header = await bytes.take(BLOCK); !isEnd(header); header = await bytes.take(BLOCK)) {
      const size = told.size ?? parseHeader(header, path)
      const kind = String.fromCharCode(header[156]!)
      const padded = BLOCK * Math.ceil(size / BLOCK)
      if (kind === 'x' || kind === 'L') {
        if (size > LONGEST_NAME) throw badArchive(path, `it has a name of ${size} bytes`)
        const text = Buffer.from((await bytes.take(padded)).subarray(0, size)).toString()
        told = kind === 'L' ? { ...told, name: text.split('\0')[0]! } : { ...told, ...parsePax(text, path) }
        continue
      }
      const name = settleName(path, told.name ?? nameOf(header))
      let read = false
      if (kind === '0' || kind === '\0' || kind === '7') {
        yield {
          name,
          bytes: size,
          read: async () => {
            read = true
            return (await bytes.take(padded)).subarray(0, size)
          },
        }
      }
      if (!read) await bytes.skip(padded)
      if (kind !== 'g' && kind !== 'K') told = {}
    }
    // What follows says nothing, but only at its end is a gzip's sum checked.
    await bytes.drain()
  } finally {
    await bytes.end()
  }
}

function readBytes(stream: AsyncIterable<Uint8Array>, path: string) {
  const pieces = stream[Symbol.asyncIterator]()
  let piece = new Uint8Array() as Uint8Array
  /** Hands on the next `count` bytes, as they come. */
  async function pass(count: number, onto: (part: Uint8Array) => void): Promise<void> {
    for (let left = count; left > 0; ) {
      if (piece.length === 0) {
        const next = await pieces.next()
        if (next.done) throw badArchive(path, 'it ends too early')
        piece = next.value
      }
      const part = piece.subarray(0, left)
      onto(part)
      piece = piece.subarray(part.length)
      left -= part.length
    }
  }
  return {
    async take(count: number): Promise<Uint8Array> {
      const parts: Uint8Array[] = []
      await pass(count, (part) => parts.push(part))
      return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    },
    skip: (count: number) => pass(count, () => {}),
    drain: async () => {
      while (!(await pieces.next()).done);
    },
    end: async () => {
      await pieces.return?.()
    },
  }
}

/** An archive ends with blocks of zeros. */
function isEnd(header: Uint8Array): boolean {
  return header.every((byte) => byte === 0)
}

/** Checks a header by its own sum and gives the size of the file that follows. */
function parseHeader(header: Uint8Array, path: string): number {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  if (sum !== Number.parseInt(textOf(header, 148, 8), 8)) throw badArchive(path, 'a header does not add up to its sum')
  // Sizes from 8 GiB on are binary, marked by the highest bit.
  const binary = header[124]! & 128
  const digits = textOf(header, 124, 12).trim()
  const size = binary
    ? header.subarray(125, 136).reduce((value, byte) => 256 * value + byte, 0)
    : Number.parseInt(digits || '0', 8)
  if (!Number.isSafeInteger(size)) throw badArchive(path, 'a file has no sensible size')
  return size
}

function nameOf(header: Uint8Array): string {
  const prefix = textOf(header, 257, 6) === 'ustar' ? textOf(header, 345, 155) : ''
  return prefix === '' ? textOf(header, 0, 100) : `${prefix}/${textOf(header, 0, 100)}`
}

/** Records `LENGTH KEY=VALUE\n`, their length with their own digits; of those, path and size count. */
function parsePax(text: string, path: string): { name?: string; size?: number } {
  const record = (key: string) => new RegExp(`(?:^|\\n)\\d+ ${key}=([^\\n]*)\\n`).exec(text)?.[1]
  const [name, size] = [record('path'), record('size')]
  if (size !== undefined && !/^\d{1,15}$/.test(size)) throw badArchive(path, 'a file has no sensible size')
  return { ...(name !== undefined && { name }), ...(size !== undefined && { size: Number(size) }) }
}

function textOf(header: Uint8Array, from: number, length: number): string {
  return Buffer.from(header.subarray(from, from + length))
    .toString()
    .split('\0')[0]!
}
