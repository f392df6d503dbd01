import { lenses } from '@snnx/dsl/editor'
import type { CodeLens } from 'vscode-languageserver/node'
import { rangeOf } from '../range.ts'
import type { Capability } from './capability.ts'

/** What an experiment costs, above it and above its sweep. */
export const lensing: Capability = (connection, documents) => {
  connection.onCodeLens(({ textDocument: { uri } }) =>
    documents.ask(uri, [] as CodeLens[], ({ document, analysis }) =>
      // An empty command: the lens says something and does nothing.
      lenses(analysis).map(({ span, text }) => ({
        range: rangeOf(document, span),
        command: { title: text, command: '' },
      })),
    ),
  )
  return { codeLensProvider: { resolveProvider: false } }
}
