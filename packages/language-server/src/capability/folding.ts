import { folds } from '@snnx/dsl/editor'
import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver/node'
import type { Capability } from './capability.ts'

/** Blocks, long statements, and comments in a row. */
export const folding: Capability = (connection, documents) => {
  connection.onFoldingRanges(({ textDocument: { uri } }) =>
    documents.ask(uri, [] as FoldingRange[], ({ analysis }) =>
      folds(analysis).map(({ first, last, comment }) => ({
        startLine: first - 1,
        endLine: last - 1,
        ...(comment && { kind: FoldingRangeKind.Comment }),
      })),
    ),
  )
  return { foldingRangeProvider: true }
}
