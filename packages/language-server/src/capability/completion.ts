import { type Completion, complete, type Role } from '@snnx/dsl/editor'
import { type CompletionItem, CompletionItemKind, MarkupKind } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { rangeOf } from '../range.ts'
import type { Capability } from './capability.ts'

const KINDS: Readonly<Partial<Record<Role, CompletionItemKind>>> = {
  keyword: CompletionItemKind.Keyword,
  kind: CompletionItemKind.Struct,
  name: CompletionItemKind.Class,
  base: CompletionItemKind.Interface,
  key: CompletionItemKind.Property,
  option: CompletionItemKind.EnumMember,
  form: CompletionItemKind.Function,
  parameter: CompletionItemKind.Field,
  layer: CompletionItemKind.Module,
  variable: CompletionItemKind.Variable,
  figure: CompletionItemKind.Constant,
  unit: CompletionItemKind.Unit,
  operator: CompletionItemKind.Operator,
  text: CompletionItemKind.File,
}

/** What can be written at a place, with its documentation. */
export const completion: Capability = (connection, documents) => {
  connection.onCompletion(({ textDocument: { uri }, position }) =>
    documents.ask(uri, [] as CompletionItem[], ({ document, analysis }) =>
      complete(analysis, document.offsetAt(position)).map((item, index) => describe(item, index, document)),
    ),
  )
  return { completionProvider: { triggerCharacters: ['.', ':', '=', '(', '[', ',', ' ', '>', '"', '/'] } }
}

function describe(
  { label, role, doc, insert, span }: Completion,
  index: number,
  document: TextDocument,
): CompletionItem {
  return {
    label,
    kind: label.endsWith('/') ? CompletionItemKind.Folder : (KINDS[role] ?? CompletionItemKind.Text),
    documentation: { kind: MarkupKind.Markdown, value: doc },
    textEdit: { range: rangeOf(document, span), newText: insert },
    // The order of the language's tables, which is the order of a spec.
    sortText: String(index).padStart(4, '0'),
  }
}
