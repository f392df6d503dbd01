import { type Entry, symbols } from '@snnx/dsl/editor'
import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { rangeOf } from '../range.ts'
import type { Capability } from './capability.ts'

/** The blocks of a text and their keys. */
export const outlining: Capability = (connection, documents) => {
  connection.onDocumentSymbol(({ textDocument: { uri } }) =>
    documents.ask(uri, [] as DocumentSymbol[], ({ document, analysis }) =>
      symbols(analysis).map((entry) => describe(entry, document)),
    ),
  )
  return { documentSymbolProvider: true }
}

function describe({ name, detail, kind, span, word, children }: Entry, document: TextDocument): DocumentSymbol {
  return {
    name,
    detail,
    kind: kind === 'block' ? SymbolKind.Class : SymbolKind.Property,
    range: rangeOf(document, span),
    selectionRange: rangeOf(document, word),
    children: children.map((child) => describe(child, document)),
  }
}
