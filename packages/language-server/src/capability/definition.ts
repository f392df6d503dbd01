import { define } from '@snnx/dsl/editor'
import type { Location } from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { Library } from '../library.ts'
import { rangeOf } from '../range.ts'
import type { Capability } from './capability.ts'

/** Where a name is declared, in this text or in another file. */
export const definition: Capability = (connection, documents) => {
  const library = new Library()
  connection.onDefinition(({ textDocument: { uri }, position }) =>
    documents.ask(uri, null as Location | null, ({ document, analysis }) => {
      const place = define(analysis, document.offsetAt(position))
      if (place === null) return null
      const { source, span } = place
      if (source === null) return { uri, range: rangeOf(document, span) }
      const at = library.locate(source)
      return { uri: at, range: rangeOf(TextDocument.create(at, 'snnx', 0, source.text), span) }
    }),
  )
  connection.onExit(() => library.remove())
  return { definitionProvider: true }
}
