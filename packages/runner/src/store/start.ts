import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { SnnxError, type Start } from '@snnx/ir'
import { readBytes } from './bytes.ts'
import { storageError } from './storage.ts'

/**
 * Reads the file of weights that a spec starts from, beside the spec or below its folder.
 * @param file its path from the spec's folder, with `/`
 * @throws SnnxError SNX0831 when a link leads out of the folder; SNX101x when it cannot be read
 */
export async function readStart(folder: string, file: string): Promise<{ bytes: Uint8Array; sha256: string }> {
  const path = join(folder, ...file.split('/'))
  try {
    const [root, target] = await Promise.all([realpath(folder), realpath(path)])
    if (!target.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw new SnnxError('SNX0831', `${path} leads out of the folder of the spec, to ${target}`, {
        help: 'put the file itself beside the spec',
      })
    }
    const bytes = await readBytes(target)
    return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    throw storageError(error, 'read', path)
  }
}

/**
 * The bytes of the file that a planned job starts from.
 * @throws SnnxError SNX0832 when it is not the one that was planned with; as `readStart`
 */
export async function loadStart(folder: string, { file, sha256 }: Start): Promise<Uint8Array> {
  const found = await readStart(folder, file)
  if (found.sha256 === sha256) return found.bytes
  throw new SnnxError('SNX0832', `${file} changed after the run was planned`, {
    help: 'run the command again: its jobs get new identities',
  })
}
