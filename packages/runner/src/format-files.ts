import { isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import { access, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Formatted, formatText } from '@snnx/dsl'
import { SnnxError } from '@snnx/ir'
import { readSpec } from './source.ts'
import { writeAtomic } from './store/atomic.ts'
import { storageError } from './store/storage.ts'
import { listFolders } from './store/walk.ts'

/** A file, its text, and that text in the layout of the language. */
export interface FormattedFile {
  file: string
  text: string
  formatted: Formatted
}

/**
 * The files that `paths` mean, each once: a file itself, or every `.snnx` file below a folder, in the order of their names.
 * @throws SnnxError SNX1011-1016 when a path cannot be read
 */
export async function findSpecs(paths: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>()
  for (const path of paths) {
    try {
      const files = (await stat(path)).isDirectory() ? await listBelow(path) : [path]
      for (const file of files) {
        const whole = await realpath(file)
        if (!found.has(whole)) found.set(whole, file)
      }
    } catch (error) {
      throw storageError(error, 'read', path)
    }
  }
  return [...found.values()]
}

async function listBelow(folder: string): Promise<string[]> {
  const lists = (await listFolders(folder)).map(async (below) => {
    const entries = await readdir(below, { withFileTypes: true }).catch(() => [])
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.snnx'))
      .map(({ name }) => join(below, name))
  })
  return (await Promise.all(lists)).flat().sort()
}

/**
 * Reads a file and lays its text out; writes nothing.
 * @throws SnnxError SNX1011-1016 (cannot be read), SNX1035 (too large, or not UTF-8)
 */
export async function formatFile(file: string): Promise<FormattedFile> {
  const { text } = await readSpec(file)
  if (text.includes('\uFFFD') && !isUtf8(await readFile(file))) {
    throw new SnnxError('SNX1035', `${file} is no spec: it is not UTF-8 text`, { help: 'save it as UTF-8' })
  }
  return { file, text, formatted: formatText(text) }
}

/**
 * Puts the new text in the file's place, with the same rights; a link stays a link.
 * @throws SnnxError SNX1011-1016 (cannot be written); the file is then as it was
 */
export async function writeFormatted({ file, formatted }: FormattedFile): Promise<void> {
  try {
    const path = await realpath(file)
    await access(path, constants.W_OK)
    const { mode } = await stat(path)
    await writeAtomic(path, formatted.text, 'replace', mode & 0o7777)
  } catch (error) {
    throw storageError(error, 'write', file)
  }
}
