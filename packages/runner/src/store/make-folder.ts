import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing. Node's own recursive `mkdir` says ENOENT where the disk is
 * read-only; this throws what the system said.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && dirname(path) !== path) {
      await makeFolder(dirname(path))
      await makeFolder(path)
      return
    }
    // A read-only disk says EROFS before it says that the folder is there.
    const there = await stat(path).catch(() => null)
    if (!there?.isDirectory()) throw error
  }
}
