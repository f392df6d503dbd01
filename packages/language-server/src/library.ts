import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Source } from '@snnx/dsl'

/** The files of `std/` as files that an editor can open: the language carries their texts, so they are written when asked for. */
export class Library {
  #folder: string | null = null
  readonly #written = new Map<string, string>()

  /** The URI of a source of the library, or of a file that was imported by its path. */
  locate({ name, text }: Source): string {
    if (!name.startsWith('std/')) return pathToFileURL(name).href
    const known = this.#written.get(name)
    if (known !== undefined) return known
    this.#folder ??= mkdtempSync(join(tmpdir(), 'snnx-'))
    const file = join(this.#folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    chmodSync(file, 0o444)
    const uri = pathToFileURL(file).href
    this.#written.set(name, uri)
    return uri
  }

  /** Removes what was written. */
  remove(): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true })
  }
}
