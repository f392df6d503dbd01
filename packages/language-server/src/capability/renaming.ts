import { prepareRename, type Refusal, rename } from '@snnx/dsl/editor'
import { LSPErrorCodes, type PrepareRenameResult, ResponseError, type WorkspaceEdit } from 'vscode-languageserver/node'
import { editsOf, rangeOf } from '../range.ts'
import type { Capability } from './capability.ts'

/** Another name for a block or a number; names of `std` and words of the language are refused with the reason. */
export const renaming: Capability = (connection, documents) => {
  connection.onPrepareRename(({ textDocument: { uri }, position }) =>
    documents.ask(uri, null as PrepareRenameResult | ResponseError | null, ({ document, analysis }) => {
      const found = prepareRename(analysis, document.offsetAt(position))
      return 'refused' in found ? refuse(found) : { range: rangeOf(document, found.span), placeholder: found.text }
    }),
  )
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) =>
    documents.ask(uri, null as WorkspaceEdit | ResponseError | null, ({ document, analysis }) => {
      const edits = rename(analysis, document.offsetAt(position), newName)
      return 'refused' in edits ? refuse(edits) : { changes: { [uri]: editsOf(document, edits) } }
    }),
  )
  return { renameProvider: { prepareProvider: true } }
}

function refuse({ refused }: Refusal): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, refused)
}
