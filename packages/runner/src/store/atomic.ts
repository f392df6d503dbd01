import { link, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { storageError } from './storage.ts'

let written = 0

/**
 * Writes a file that is whole or not there at all: temporary name, every byte, fsync, rename, fsync of the folder.
 * Our own rather than `write-file-atomic`, which renames a file cut short when the disk fills up in the middle of a write.
 * @param mode `replace` an existing file, or `create` a new one
 * @param permissions the mode bits of the file; without them those of any new file
 * @returns false if `mode` is `create` and the file was there
 * @throws SnnxError SNX1011-1016; the temporary file is removed
 */
export async function writeAtomic(
  path: string,
  bytes: Uint8Array | string,
  mode: 'replace' | 'create' = 'replace',
  permissions?: number,
) {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${++written}.tmp`)
  try {
    await makeFolder(folder)
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      if (permissions !== undefined) await file.chmod(permissions)
      await file.sync()
    } finally {
      await file.close()
    }
    if (mode === 'replace') await rename(temporary, path)
    else await link(temporary, path)
    await syncFolder(folder)
    return true
  } catch (error) {
    if (mode === 'create' && (error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw storageError(error, 'write', path)
  } finally {
    await rm(temporary, { force: true }).catch(() => {})
  }
}

/** Removes what a killed process left of its writes to `folder/name*`; call it only under the lock that guards them. */
export async function removeTemporaries(folder: string, name = '') {
  const entries = await readdir(folder).catch(() => [])
  const left = entries.filter((entry) => entry.startsWith(`.${name}`) && entry.endsWith('.tmp'))
  await Promise.all(left.map((entry) => rm(join(folder, entry), { force: true })))
}

/** A rename is durable once its folder is; some systems cannot sync a folder, and need not. */
async function syncFolder(folder: string) {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
