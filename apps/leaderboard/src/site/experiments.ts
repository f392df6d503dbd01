import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { compile, MAX_FILE, type Source } from '@snnx/dsl'
import { parseResult, type Report, SnnxError } from '@snnx/ir'

/**
 * The folder whose `<name>/results/*.json` the site shows: `SNNX_EXPERIMENTS`, else the repository's `experiments` as
 * seen from this package, where Astro runs.
 */
export function experimentsFolder(): string {
  return resolve(process.env.SNNX_EXPERIMENTS || '../../experiments')
}

/**
 * Reads every record under `folder` and says how many there are.
 *
 * @throws SnnxError SNX0901-0903 or SNX0905 for the first record that is damaged, SNX0904 for one that does not bear its
 *   hash's name, SNX1041 for one that cannot be read
 */
export function checkRecords(folder: string): number {
  const files = listRecords(folder)
  for (const { path, where } of files) {
    const result = parseResult(readText(path, where), where)
    if (basename(path, '.json') !== result.hash) {
      throw new SnnxError('SNX0904', `\`${where}\` holds the record of job ${result.hash}`, {
        help: `name the file \`${result.hash}.json\``,
      })
    }
  }
  return files.length
}

/** The text of the experiment's own `.snnx` file, when it stands beside the results; else `null`. */
export function readSpec(folder: string, experiment: string): string | null {
  return readSmall(join(folder, experiment, `${experiment}.snnx`))
}

/** The text of a file that a person may have written; `null` for what is none: a pipe, or one that is far too large. */
function readSmall(path: string): string | null {
  try {
    const facts = statSync(path)
    return facts.isFile() && facts.size <= MAX_FILE ? readFileSync(path, 'utf8') : null
  } catch {
    return null
  }
}

/** What an experiment's spec, as it stands now, says of its results. */
export interface Declaration {
  /** The `///` documentation. */
  doc: string
  report: Report | undefined
}

/** What the spec beside an experiment's results declares; nothing where there is none or where it has errors. */
export function readDeclaration(folder: string, experiment: string): Declaration {
  const text = readSpec(folder, experiment)
  if (text === null) return { doc: '', report: undefined }
  const name = join(folder, experiment, `${experiment}.snnx`)
  const compiled = compile({ name, text }, { resolve: readImport }).experiment
  return { doc: compiled?.doc ?? '', report: compiled?.report }
}

function readImport(path: string, from: string): Source | null {
  const name = join(dirname(from), path)
  const text = readSmall(name)
  return text === null ? null : { name, text }
}

function listRecords(folder: string): { path: string; where: string }[] {
  return listNames(folder).flatMap((experiment) =>
    listNames(join(folder, experiment, 'results'))
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .map((name) => ({
        path: join(folder, experiment, 'results', name),
        where: `${basename(folder)}/${experiment}/results/${name}`,
      })),
  )
}

/** A missing folder, or a file in its place, holds no records. */
function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return []
    throw new SnnxError('SNX1041', `the folder \`${folder}\` cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function readText(path: string, where: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new SnnxError('SNX1041', `\`${where}\` cannot be read: ${(cause as Error).message}`, { cause })
  }
}
