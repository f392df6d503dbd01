import { references } from '@snnx/dsl/editor'
import { type DocumentHighlight, DocumentHighlightKind, type Location } from 'vscode-languageserver/node'
import { rangeOf } from '../range.ts'
import type { Capability } from './capability.ts'

/** All words of a text that stand for the same; also marked while the cursor is on one of them. */
export const referencing: Capability = (connection, documents) => {
  connection.onReferences(({ textDocument: { uri }, position, context }) =>
    documents.ask(uri, [] as Location[], ({ document, analysis }) =>
      references(analysis, document.offsetAt(position), context.includeDeclaration).map((span) => ({
        uri,
        range: rangeOf(document, span),
      })),
    ),
  )
  connection.onDocumentHighlight(({ textDocument: { uri }, position }) =>
    documents.ask(uri, [] as DocumentHighlight[], ({ document, analysis }) =>
      references(analysis, document.offsetAt(position), true).map((span) => ({
        range: rangeOf(document, span),
        kind: DocumentHighlightKind.Text,
      })),
    ),
  )
  return { referencesProvider: true, documentHighlightProvider: true }
}
