import { fileURLToPath } from 'node:url'
import { Analysis } from '@snnx/dsl/editor'
import { DATASETS } from '@snnx/ir'
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

  /** The open text of a URI; `null` when the client has none. */
  find(uri: string): Version | null {
    const document = this.#texts.get(uri)
    if (document === undefined) return null
    const known = this.#versions.get(uri)
    if (known?.document.version === document.version && known.document.uri === uri) return known
    const source = { name: nameOf(uri), text: document.getText() }
    // The library changes a document in place, so what is kept is a copy of this version.
    const copy = TextDocument.create(uri, document.languageId, document.version, source.text)
    const version = { document: copy, analysis: new Analysis(source, { datasets: DATASETS }) }
    this.#versions.set(uri, version)
    return version
  }

  /** Answers with what is known of a text; with `otherwise` when it is not open. */
  ask<Answer>(uri: string, otherwise: Answer, answer: (version: Version) => Answer): Answer {
    const version = this.find(uri)
    return version === null ? otherwise : answer(version)
  }

  onChange(act: (uri: string) => void): void {
    this.#texts.onDidChangeContent(({ document }) => act(document.uri))
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
}

function nameOf(uri: string): string {
  return uri.startsWith('file:') ? fileURLToPath(uri) : uri
}
