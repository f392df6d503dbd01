import { readdir, stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { storageError } from './storage.ts'

const PASSED_OVER = new Set(['node_modules', '.git', '.snnx', '.nx', 'dist'])

/**
 * The record files that `paths` mean, sorted: a record itself, a spec's `results` folder, or every `results/*.json`
 * below a folder. Links are not followed.
 * @throws SnnxError SNX1011-1016 when a path cannot be read
 */
export async function findRecords(paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const path of paths) {
    for (const record of await findBelow(path)) found.add(record)
  }
  return [...found].sort()
}

async function findBelow(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) {
      return extname(path) === '.snnx' ? await listRecords(join(dirname(path), 'results')) : [path]
    }
  } catch (error) {
    throw storageError(error, 'read', path)
  }
  return [...(isResults(path) ? await listRecords(path) : []), ...(await walk(path))]
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const folders = entries.filter((entry) => entry.isDirectory() && !PASSED_OVER.has(entry.name))
  const found = folders.map(async ({ name }) => {
    const below = join(folder, name)
    return [...(isResults(below) ? await listRecords(below) : []), ...(await walk(below))]
  })
  return (await Promise.all(found)).flat()
}

const isResults = (folder: string) => /(^|[/\\])results[/\\]?$/.test(folder)

async function listRecords(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => [])
  return entries
    .filter((entry) => entry.endsWith('.json') && !entry.startsWith('.'))
    .map((entry) => join(folder, entry))
}
