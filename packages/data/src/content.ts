import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { badGzip, codeOf, notAFile, tooLarge, unreadable } from './errors.ts'

const unpack = promisify(gunzip)

/**
 * A file's content, unpacked where it is gzipped (told by its first bytes, not by its name).
 * @param expected the number of bytes the content should have; twice that is still read, so that a file of another
 * set can be named by its shape, but more is refused before memory is spent on it
 * @throws SNX0702, SNX0703, SNX0704, SNX0714
 */
export async function readContent(path: string, expected: number): Promise<Uint8Array> {
  const limit = 2 * expected + 1024
  const file = await readWhole(path, expected, limit)
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file
  try {
    return await unpack(file, { maxOutputLength: limit, chunkSize: Math.min(limit, 1 << 20) })
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(path, expected, limit)
    const message = error instanceof Error ? error.message : String(error)
    throw badGzip(path, codeOf(error) === 'Z_BUF_ERROR' ? 'it ends too early' : message)
  }
}

async function readWhole(path: string, expected: number, limit: number): Promise<Uint8Array> {
  try {
    const facts = await stat(path)
    if (!facts.isFile()) throw notAFile(path, facts.isDirectory() ? 'a folder' : 'not a regular file')
    if (facts.size > limit) throw tooLarge(path, expected, limit)
    return await readFile(path)
  } catch (error) {
    throw codeOf(error)?.startsWith('SNX') ? error : unreadable(path, error)
  }
}
