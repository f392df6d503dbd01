import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from './entry.ts'

/** The files below a folder, sorted by name in each; links to files are followed, links to folders are not. */
export async function* walkFolder(folder: string, below = ''): AsyncGenerator<Entry> {
  const found = await readdir(folder, { withFileTypes: true })
  for (const item of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, item.name)
    if (item.isDirectory()) {
      yield* walkFolder(path, `${below}${item.name}/`)
      continue
    }
    const facts = await stat(path)
    if (facts.isFile()) yield { name: below + item.name, bytes: facts.size, read: () => readFile(path) }
  }
}
