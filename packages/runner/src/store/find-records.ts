import { readdir, stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { storageError } from './storage.ts'
import { listFolders } from './walk.ts'

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
  const folders = (await listFolders(path)).filter(isResults)
  return (await Promise.all(folders.map(listRecords))).flat()
}

const isResults = (folder: string) => /(^|[/\\])results[/\\]?$/.test(folder)

async function listRecords(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => [])
  return entries
    .filter((entry) => entry.endsWith('.json') && !entry.startsWith('.'))
    .map((entry) => join(folder, entry))
}
