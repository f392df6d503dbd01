import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { SnnxError } from '@snnx/ir'
import { badArchive, badGzip, codeOf, unreadable } from '../errors.ts'
import type { Entry } from './entry.ts'
import { walkFolder } from './folder.ts'
import { readTar } from './tar.ts'
import { readZip } from './zip.ts'

/**
 * The files in a folder (sorted, however deep), a tar, a gzipped tar or a zip (in their order), told apart by their first
 * bytes. Nothing is ever written to the disk.
 * @throws SNX0702, SNX0704, SNX0715, SNX0716, naming `path`; so do the entries when they are read
 */
export async function* readEntries(path: string): AsyncGenerator<Entry> {
  const fail = (error: unknown) => {
    throw nameFault(path, error)
  }
  try {
    const facts = await stat(path)
    const entries = facts.isDirectory() ? walkFolder(path) : readArchive(path)
    for await (const entry of entries) yield { ...entry, read: () => entry.read().catch(fail) }
  } catch (error) {
    fail(error)
  }
}

async function* readArchive(path: string): AsyncGenerator<Entry> {
  const start = await readStart(path, 262)
  const magic = start.toString('latin1', 0, 2)
  if (magic === 'PK') {
    yield* readZip(path)
  } else if (magic === '\u001f\u008b') {
    const unpacked = createGunzip()
    // Ends both streams when either fails or the reader stops; what failed is thrown to the reader.
    pipeline(createReadStream(path), unpacked, () => {})
    yield* readTar(unpacked, path)
  } else if (start.toString('latin1', 257) === 'ustar') {
    yield* readTar(createReadStream(path), path)
  } else throw badArchive(path, 'it is neither a tar, a gzipped tar nor a zip')
}

async function readStart(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function nameFault(path: string, error: unknown): SnnxError {
  if (error instanceof SnnxError) return error
  const code = codeOf(error)
  if (code === 'Z_BUF_ERROR') return badGzip(path, 'it ends too early')
  return code?.startsWith('Z_') && error instanceof Error ? badGzip(path, error.message) : unreadable(path, error)
}
