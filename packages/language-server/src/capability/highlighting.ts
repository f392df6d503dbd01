import { highlight, type Role } from '@snnx/dsl/editor'
import { type SemanticTokens, SemanticTokensBuilder } from 'vscode-languageserver/node'
import type { Version } from '../documents.ts'
import type { Capability } from './capability.ts'

/** What each role is called among the protocol's own types, so that every theme has a colour for it. */
const TYPES: Readonly<Partial<Record<Role, string>>> = {
  keyword: 'keyword',
  kind: 'struct',
  name: 'class',
  base: 'interface',
  key: 'property',
  option: 'enumMember',
  form: 'function',
  parameter: 'parameter',
  layer: 'function',
  variable: 'variable',
  figure: 'property',
  number: 'number',
  unit: 'type',
  text: 'string',
  operator: 'operator',
  comment: 'comment',
  documentation: 'comment',
}
const LEGEND = {
  tokenTypes: [...new Set(Object.values(TYPES))],
  tokenModifiers: ['declaration', 'defaultLibrary', 'documentation'],
}

/** Every word in the colour of what it means. */
export const highlighting: Capability = (connection, documents) => {
  connection.languages.semanticTokens.on(({ textDocument: { uri } }) =>
    documents.ask(uri, { data: [] } as SemanticTokens, (version) => build(version, 0, Number.POSITIVE_INFINITY)),
  )
  connection.languages.semanticTokens.onRange(({ textDocument: { uri }, range }) =>
    documents.ask(uri, { data: [] } as SemanticTokens, (version) =>
      build(version, version.document.offsetAt(range.start), version.document.offsetAt(range.end)),
    ),
  )
  return { semanticTokensProvider: { legend: LEGEND, full: true, range: true } }
}

function build({ document, analysis }: Version, from: number, to: number): SemanticTokens {
  const builder = new SemanticTokensBuilder()
  for (const { span, role, declares, library } of highlight(analysis)) {
    const type = TYPES[role]
    if (type === undefined || span.end <= from || span.start >= to) continue
    const { line, character } = document.positionAt(span.start)
    const modifiers = Number(declares) | (Number(library) << 1) | (Number(role === 'documentation') << 2)
    builder.push(line, character, span.end - span.start, LEGEND.tokenTypes.indexOf(type), modifiers)
  }
  return builder.build()
}
