import { pathToFileURL } from 'node:url'
import type { Diagnostic as Mistake, Span } from '@snnx/dsl'
import { importOf } from '@snnx/dsl/editor'
import { type Diagnostic, DiagnosticSeverity, type Location } from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Version } from '../documents.ts'
import { rangeOf } from '../range.ts'
import type { Capability } from './capability.ts'

/** Mistakes are sent when a text has changed; of changes that come at once only the last is checked. */
export const diagnostics: Capability = (connection, documents) => {
  const waiting = new Map<string, NodeJS.Immediate>()
  const send = (uri: string) => {
    waiting.delete(uri)
    const version = documents.find(uri)
    if (version === null) return
    const { document, analysis } = version
    const found = analysis.compiled.diagnostics.map((mistake) => describe(mistake, version))
    void connection.sendDiagnostics({ uri, version: document.version, diagnostics: found })
  }
  documents.onChange((uri) => {
    clearImmediate(waiting.get(uri))
    waiting.set(
      uri,
      setImmediate(() => send(uri)),
    )
  })
  documents.onClose((uri) => {
    clearImmediate(waiting.get(uri))
    waiting.delete(uri)
    void connection.sendDiagnostics({ uri, diagnostics: [] })
  })
  return {}
}

/** A mistake as the protocol writes it; one in an imported file is said where the file is named. */
export function describe(mistake: Mistake, { document, analysis }: Version): Diagnostic {
  const { code, severity, message, span, label, causes, notes, help } = mistake
  const place = (at: Span): Location => {
    const source = analysis.compiled.imported.find(({ name }) => name === at.file)
    if (source === undefined) return { uri: document.uri, range: rangeOf(document, at) }
    const uri = pathToFileURL(source.name).href
    return { uri, range: rangeOf(TextDocument.create(uri, 'snnx', 0, source.text), at) }
  }
  const foreign = span.file === undefined ? [] : [{ location: place(span), message: label || message }]
  const own = span.file === undefined ? span : (importOf(analysis, span.file) ?? { start: 0, end: 0 })
  const lines = [message, label, ...notes.map((note) => `note: ${note}`), help === null ? '' : `help: ${help.text}`]
  return {
    range: rangeOf(document, own),
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source: 'snnx',
    message: lines.filter((line) => line !== '').join('\n'),
    relatedInformation: [...foreign, ...causes.map((cause) => ({ location: place(cause.span), message: cause.text }))],
  }
}
