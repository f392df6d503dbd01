import { formatText } from '@snnx/dsl'
import type { TextEdit } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { editsOf } from '../range.ts'
import type { Capability } from './capability.ts'

/** The one layout of the language; what has a syntax error stays as it is. */
export const formatting: Capability = (connection, documents) => {
  connection.onDocumentFormatting(({ textDocument: { uri } }) =>
    documents.ask(uri, [] as TextEdit[], ({ document, analysis }) =>
      change(document, analysis.text, formatText(analysis.text).text),
    ),
  )
  return { documentFormattingProvider: true }
}

/** One change of the lines that differ, so that the cursor and folded lines elsewhere stay where they are. */
function change(document: TextDocument, before: string, after: string): TextEdit[] {
  if (before === after) return []
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start++
  start = before.lastIndexOf('\n', start - 1) + 1
  let same = 0
  while (same < most - start && before.at(-1 - same) === after.at(-1 - same)) same++
  const end = before.length - same
  return editsOf(document, [{ start, end, text: after.slice(start, after.length - same) }])
}
