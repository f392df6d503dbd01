import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Entry, type Host, MAX_FILE, type Source } from '@snnx/dsl'
import { Analysis } from '@snnx/dsl/editor'
import { type Connection, TextDocuments } from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'

/** A version of a text with what is known of it. */
export interface Version {
  document: TextDocument
  analysis: Analysis
}

/** The texts that the client has open; each version is analysed once. */
export class Documents {
  readonly #texts = new TextDocuments(TextDocument)
  readonly #versions = new Map<string, Version>()
  readonly #host: Host = { resolve: (path, from) => this.#resolve(path, from), list: listFolder }

  /** The open text of a URI; `null` when the client has none. */
  find(uri: string): Version | null {
    const document = this.#texts.get(uri)
    if (document === undefined) return null
    const known = this.#versions.get(uri)
    if (known?.document.version === document.version) return known
    const source = { name: nameOf(uri), text: document.getText() }
    // The library changes a document in place, so what is kept is a copy of this version.
    const copy = TextDocument.create(uri, document.languageId, document.version, source.text)
    const version = { document: copy, analysis: new Analysis(source, this.#host) }
    this.#versions.set(uri, version)
    return version
  }

  /** Answers with what is known of a text; with `otherwise` when it is not open. */
  ask<Answer>(uri: string, otherwise: Answer, answer: (version: Version) => Answer): Answer {
    const version = this.find(uri)
    return version === null ? otherwise : answer(version)
  }

  /** Tells of each text that has another content, or that imports one that has. */
  onChange(act: (uri: string) => void): void {
    this.#texts.onDidChangeContent(({ document: { uri } }) => {
      act(uri)
      const name = nameOf(uri)
      for (const [other, { analysis }] of this.#versions) {
        if (other === uri || !analysis.compiled.imported.some((source) => source.name === name)) continue
        this.#versions.delete(other)
        act(other)
      }
    })
  }

  onClose(act: (uri: string) => void): void {
    this.#texts.onDidClose(({ document }) => {
      this.#versions.delete(document.uri)
      act(document.uri)
    })
  }

  listen(connection: Connection): void {
    this.#texts.listen(connection)
  }

  /** A file relative to the one that imports it, as the client has it open, else as it is stored. */
  #resolve(path: string, from: string): Source | null {
    const name = join(dirname(from), path)
    const open = this.#texts.get(pathToFileURL(name).href)
    if (open !== undefined) return { name, text: open.getText() }
    const facts = statSync(name, { throwIfNoEntry: false })
    return !facts?.isFile() || facts.size > MAX_FILE ? null : { name, text: readFileSync(name, 'utf8') }
  }
}

/** As many entries of a folder as anyone would choose from. */
const MOST = 1000

/** What stands in a folder beside a file; nothing where there is none, or where the text is not stored yet. */
function listFolder(folder: string, from: string): Entry[] {
  if (!isAbsolute(from)) return []
  const path = join(dirname(from), folder)
  try {
    return readdirSync(path, { withFileTypes: true })
      .slice(0, MOST)
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() || leadsToFolder(path, entry) }))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
  } catch {
    return []
  }
}

/** A link to a folder; one that leads nowhere, or in a circle, is none. */
function leadsToFolder(folder: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return false
  try {
    return statSync(join(folder, entry.name)).isDirectory()
  } catch {
    return false
  }
}

function nameOf(uri: string): string {
  return uri.startsWith('file:') ? fileURLToPath(uri) : uri
}
