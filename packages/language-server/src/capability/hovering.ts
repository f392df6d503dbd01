import { hover } from '@snnx/dsl/editor'
import { type Hover, MarkupKind } from 'vscode-languageserver/node'
import { rangeOf } from '../range.ts'
import type { Capability } from './capability.ts'

/** The documentation of a word, the value it resolves to, a layer's shape and cost. */
export const hovering: Capability = (connection, documents) => {
  connection.onHover(({ textDocument: { uri }, position }) =>
    documents.ask(uri, null as Hover | null, ({ document, analysis }) => {
      const found = hover(analysis, document.offsetAt(position))
      if (found === null) return null
      return { contents: { kind: MarkupKind.Markdown, value: found.text }, range: rangeOf(document, found.span) }
    }),
  )
  return { hoverProvider: true }
}
