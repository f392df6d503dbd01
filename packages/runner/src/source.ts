import { readFileSync, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Compiled, type Host, MAX_FILE, renderDiagnostic, type Source } from '@snnx/dsl'
import { SnnxError } from '@snnx/ir'
import { hasColor } from './color.ts'
import { storageError } from './store/storage.ts'

/**
 * Reads the text of a spec.
 * @throws SnnxError SNX1011-1016 (cannot be read), SNX1035 (not a spec: too large)
 */
export async function readSpec(file: string): Promise<Source> {
  try {
    const facts = await stat(file)
    if (facts.isFile() && facts.size > MAX_FILE) {
      throw new SnnxError('SNX1035', `${file} is no spec: it has ${facts.size} bytes, more than ${MAX_FILE}`, {
        help: 'name a .snnx file',
      })
    }
    return { name: file, text: await readFile(file, 'utf8') }
  } catch (error) {
    throw storageError(error, 'read', file)
  }
}

/** What the language asks of this program: files relative to the one that imports them. */
export const HOST: Host = {
  resolve(path, from) {
    const name = join(dirname(from), path)
    const facts = statSync(name, { throwIfNoEntry: false })
    if (!facts?.isFile() || facts.size > MAX_FILE) return null
    try {
      return { name, text: readFileSync(name, 'utf8') }
    } catch (error) {
      throw storageError(error, 'read', name)
    }
  },
}

/** A spec with mistakes: shown with code frames, not as one error. */
export class SpecRejected extends Error {
  readonly source: Source
  readonly compiled: Pick<Compiled, 'diagnostics' | 'imported'>

  constructor(source: Source, compiled: Pick<Compiled, 'diagnostics' | 'imported'>) {
    super(`${source.name} has errors`)
    this.source = source
    this.compiled = compiled
  }
}

/** The diagnostics of a source with their code frames; on a terminal the lines have the colours of the language. */
export async function renderDiagnostics(
  source: Source,
  { diagnostics, imported }: Pick<Compiled, 'diagnostics' | 'imported'>,
  stream: { isTTY?: boolean },
): Promise<string> {
  if (diagnostics.length === 0) return ''
  const colour = hasColor(stream)
  const tint = colour ? (await import('./tint.ts')).createTint(HOST) : undefined
  const style = { colour, imported, ...(tint && { tint }) }
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, source, style)}\n`).join('\n')
}
