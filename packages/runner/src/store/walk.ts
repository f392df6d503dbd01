import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const PASSED_OVER = new Set(['node_modules', '.git', '.snnx', '.nx', 'dist'])

/** A folder and all below it, but those that hold nothing of a user's own. Links are not followed; what cannot be read is empty. */
export async function listFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const below = entries.filter((entry) => entry.isDirectory() && !PASSED_OVER.has(entry.name))
  return [folder, ...(await Promise.all(below.map(({ name }) => listFolders(join(folder, name))))).flat()]
}
