import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import { badArchive } from '../errors.ts'
import { type Entry, settleName } from './entry.ts'

const inflate = promisify(inflateRaw)

/** Signatures and lengths of the fixed parts of a zip's records (APPNOTE 6.3.10, section 4.3). */
const LOCAL = { signature: 0x04034b50, length: 30 }
const CENTRAL = { signature: 0x02014b50, length: 46 }
const END = { signature: 0x06054b50, length: 22 }
const END64 = { signature: 0x06064b50, length: 56 }
const LOCATOR64 = { signature: 0x07064b50, length: 20 }
const LONGEST_COMMENT = 0xffff

/**
 * The files of a zip, in the order of its directory: stored or deflated, each checked by its CRC-32; a directory of any size
 * (zip64), but no files of 4 GiB.
 * @throws SNX0715 for a damaged archive or one packed otherwise, SNX0716 for a name that leaves the folder
 */
export async function* readZip(path: string): AsyncGenerator<Entry> {
  const file = await open(path)
  const damaged = (reason: string) => badArchive(path, reason)
  try {
    const { size } = await file.stat()
    const { start, length } = await findDirectory(file, size, damaged)
    if (start + length > size) throw damaged('its directory is cut')
    const directory = await readAt(file, start, length, damaged)
    for (let at = 0; at < length; ) {
      if (at + CENTRAL.length > length || directory.readUInt32LE(at) !== CENTRAL.signature) {
        throw damaged('its directory is damaged')
      }
      const lengths = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [number, number, number]
      const text = directory.toString('utf8', at + CENTRAL.length, at + CENTRAL.length + lengths[0])
      const name = settleName(path, text)
      const facts = {
        flags: directory.readUInt16LE(at + 8),
        method: directory.readUInt16LE(at + 10),
        sum: directory.readUInt32LE(at + 16),
        packed: directory.readUInt32LE(at + 20),
        bytes: directory.readUInt32LE(at + 24),
        offset: directory.readUInt32LE(at + 42),
      }
      if (!text.endsWith('/')) yield { name, bytes: facts.bytes, read: () => readFile(file, name, facts, damaged) }
      at += CENTRAL.length + lengths[0] + lengths[1] + lengths[2]
    }
  } finally {
    await file.close()
  }
}

type Damaged = (reason: string) => Error

async function findDirectory(file: FileHandle, size: number, damaged: Damaged) {
  const from = Math.max(0, size - END.length - LONGEST_COMMENT)
  const tail = await readAt(file, from, size - from, damaged)
  let at = tail.length - END.length
  while (at >= 0 && tail.readUInt32LE(at) !== END.signature) at--
  if (at < 0) throw damaged('it has no end record, so its end is missing')
  const [length, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)]
  if (length !== 0xffffffff && start !== 0xffffffff) return { start, length }
  const locator = at - LOCATOR64.length
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR64.signature) throw damaged('its end record is damaged')
  const end = await readAt(file, Number(tail.readBigUInt64LE(locator + 8)), END64.length, damaged)
  if (end.readUInt32LE(0) !== END64.signature) throw damaged('its end record is damaged')
  return { start: Number(end.readBigUInt64LE(48)), length: Number(end.readBigUInt64LE(40)) }
}

interface Facts {
  flags: number
  method: number
  sum: number
  packed: number
  bytes: number
  offset: number
}

async function readFile(file: FileHandle, name: string, facts: Facts, damaged: Damaged): Promise<Uint8Array> {
  const { flags, method, sum, packed, bytes, offset } = facts
  if (flags & 1) throw damaged(`${name} is encrypted`)
  if (packed === 0xffffffff || bytes === 0xffffffff) throw damaged(`${name} has 4 GiB or more`)
  if (method !== 0 && method !== 8) throw damaged(`${name} is packed by method ${method}, not by deflate`)
  const local = await readAt(file, offset, LOCAL.length, damaged)
  if (local.readUInt32LE(0) !== LOCAL.signature) throw damaged(`${name} is not where the directory says`)
  const start = offset + LOCAL.length + local.readUInt16LE(26) + local.readUInt16LE(28)
  const stored = await readAt(file, start, packed, damaged)
  const content = method === 0 ? stored : await unpack(stored, bytes, () => damaged(`${name} does not unpack`))
  if (content.length !== bytes || crc32(content) !== sum) throw damaged(`${name} is not as the directory says`)
  return content
}

async function unpack(stored: Uint8Array, bytes: number, damaged: () => Error): Promise<Uint8Array> {
  try {
    return await inflate(stored, { maxOutputLength: Math.max(1, bytes) })
  } catch {
    throw damaged()
  }
}

async function readAt(file: FileHandle, position: number, length: number, damaged: Damaged): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0)
  const { size } = await file.stat()
  if (!Number.isSafeInteger(position) || position + length > size) throw damaged('it ends too early')
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  if (bytesRead < length) throw damaged('it ends too early')
  return buffer
}
