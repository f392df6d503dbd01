import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isEventSet, type KnownName, SnnxError } from '@snnx/ir'
import envPaths from 'env-paths'
import { readContent } from './content.ts'
import { codeOf, notAFile, type Place, unreadable } from './errors.ts'
import { EVENT_SOURCES, type EventSource } from './events/source.ts'
import type { Paths, Source } from './source.ts'
import { SOURCES } from './sources.ts'

/** The variables that say where data lies: SNNX_DATA (folders to search) and SNNX_CACHE (in place of the user's cache). */
export interface Environment {
  SNNX_DATA?: string | undefined
  SNNX_CACHE?: string | undefined
}

/** Where a set comes from. With `origin: 'download'` the files are still to be fetched into `folder`. */
export type Location = { folder: string; looked: readonly Place[] } & (
  | { origin: 'embedded' | 'SNNX_DATA' | 'cache' | 'system'; files: Paths }
  | { origin: 'download'; addresses: readonly string[]; bytes: number }
)

/**
 * Says where a data set would come from, by looking at names and sizes only (and at a small file that tells two sets
 * with the same file names apart).
 * @throws SNX0702, SNX0703 for something that cannot be a data file in a place of one
 */
export function findDataset(name: KnownName, environment: Environment = process.env): Promise<Location> {
  return findSource(isEventSet(name) ? EVENT_SOURCES[name] : SOURCES[name], environment)
}

/** As `findDataset`, for any source. */
export async function findSource(source: Source | EventSource, environment: Environment): Promise<Location> {
  const looked: Place[] = []
  for (const { origin, folder } of candidates(source, environment)) {
    const there = await ('forms' in source ? inspectForms(source, folder) : inspect(source, folder))
    if (typeof there !== 'string') return { origin, folder, files: there, looked }
    looked.push({ path: origin === 'SNNX_DATA' ? `${folder} (SNNX_DATA)` : folder, found: there })
  }
  const remote = 'remote' in source ? source.remote : null
  const addresses = remote?.addresses ?? []
  const bytes = Object.values(remote?.files ?? {}).reduce((sum, packed) => sum + packed.bytes, 0)
  return { origin: 'download', folder: cacheFolder(source, environment), addresses, bytes, looked }
}

/** Where everything downloaded is kept: SNNX_CACHE, else the user's cache folder. */
export function cacheRoot(environment: Environment = process.env): string {
  return resolve(environment.SNNX_CACHE || envPaths('snnx', { suffix: '' }).cache)
}

/** The set's folder in the cache, where downloads go. */
export function cacheFolder(source: Source | EventSource, environment: Environment): string {
  return join(cacheRoot(environment), 'datasets', source.folders[0] ?? source.facts.name)
}

function candidates(source: Source | EventSource, environment: Environment) {
  if (source.embedded !== null) {
    // `src` and `dist` both lie one level below the package's root.
    return [{ origin: 'embedded', folder: fileURLToPath(new URL(`../${source.embedded}`, import.meta.url)) }] as const
  }
  const roots = (environment.SNNX_DATA ?? '').split(delimiter).filter((root) => root !== '')
  const named = roots.flatMap((root) => source.folders.map((folder) => resolve(root, folder)))
  return [
    ...named.map((folder) => ({ origin: 'SNNX_DATA', folder }) as const),
    { origin: 'cache', folder: cacheFolder(source, environment) } as const,
    ...source.system.map((folder) => ({ origin: 'system', folder }) as const),
  ]
}

/** The set's files in `folder`, or why they are not there. */
async function inspect(source: Source, folder: string): Promise<Paths | string> {
  const facts = await look(folder)
  if (facts === null) return 'no such folder'
  if (!facts.isDirectory()) return 'not a folder'
  const names = source.files.map(({ name }) => name)
  const files: Record<string, string> = {}
  for (const name of names) {
    const path = await findFile(folder, name)
    if (path !== null) files[name] = path
  }
  const missing = names.filter((name) => files[name] === undefined)
  if (missing.length === names.length) return 'has none of the files'
  if (missing.length > 0) return `lacks ${missing.join(', ')}`
  const other = await recognise(source, files)
  return other === null ? files : `holds ${other}`
}

/** The archives or folders of the first form that `folder` has whole, or why there is none. */
async function inspectForms({ forms }: EventSource, folder: string): Promise<Paths | string> {
  const facts = await look(folder)
  if (facts === null) return 'no such folder'
  if (!facts.isDirectory()) return 'not a folder'
  const lacking: string[] = []
  for (const names of forms) {
    const missing: string[] = []
    for (const name of names) if ((await look(join(folder, name))) === null) missing.push(name)
    if (missing.length === 0) return Object.fromEntries(names.map((name) => [name, join(folder, name)]))
    if (missing.length < names.length) lacking.push(missing.join(', '))
  }
  return lacking.length === 0 ? 'has none of the files' : `lacks ${lacking.join(' and ')}`
}

/** A file by its usual names: gzipped or not, `-idx3` also written `.idx3`. */
async function findFile(folder: string, name: string): Promise<string | null> {
  const dotted = name.replace('-idx', '.idx')
  let obstacle: { path: string; found: string } | null = null
  for (const candidate of new Set([`${name}.gz`, name, `${dotted}.gz`, dotted])) {
    const path = join(folder, candidate)
    const facts = await look(path)
    if (facts?.isFile()) return path
    if (facts) obstacle ??= { path, found: facts.isDirectory() ? 'a folder' : 'not a regular file' }
  }
  if (obstacle !== null) throw notAFile(obstacle.path, obstacle.found)
  return null
}

async function look(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    throw unreadable(path, error)
  }
}

/** The title of another known set that these files are of; null for the right ones and for unknown content. */
async function recognise({ mark }: Source, files: Paths): Promise<string | null> {
  if (mark === null) return null
  try {
    const content = await readContent(files[mark.name]!, mark.bytes)
    const sum = createHash('sha256').update(content).digest('hex')
    if (sum === mark.sha256) return null
    return Object.values(SOURCES).find((other) => other.mark?.sha256 === sum)?.facts.title ?? null
  } catch (error) {
    if (error instanceof SnnxError) return null // opening the set names what is wrong with the file
    throw error
  }
}
