import { fixes } from '@snnx/dsl/editor'
import { type CodeAction, CodeActionKind } from 'vscode-languageserver/node'
import { editsOf } from '../range.ts'
import type { Capability } from './capability.ts'
import { describe } from './diagnostics.ts'

/** What the help of a mistake says, done. */
export const actions: Capability = (connection, documents) => {
  connection.onCodeAction(({ textDocument: { uri }, range, context: { only } }) =>
    documents.ask(uri, [] as CodeAction[], (version) => {
      const { document, analysis } = version
      if (only !== undefined && !only.some((kind) => CodeActionKind.QuickFix.startsWith(kind))) return []
      const span = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) }
      const found = fixes(analysis, span)
      return found.map(({ title, diagnostic, edits }) => ({
        title,
        kind: CodeActionKind.QuickFix,
        isPreferred: found.length === 1,
        diagnostics: [describe(diagnostic, version)],
        edit: { changes: { [uri]: editsOf(document, edits) } },
      }))
    }),
  )
  return { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] } }
}
