import type { Diagnostic as Mistake } from '@snnx/dsl'
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
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
    const found = analysis.compiled.diagnostics.map((mistake) => describe(mistake, document))
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

/** A mistake as the protocol writes it. */
export function describe(mistake: Mistake, document: TextDocument): Diagnostic {
  const { code, severity, message, span, label, causes, notes, help } = mistake
  const lines = [message, label, ...notes.map((note) => `note: ${note}`), help === null ? '' : `help: ${help.text}`]
  return {
    range: rangeOf(document, span),
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source: 'snnx',
    message: lines.filter((line) => line !== '').join('\n'),
    relatedInformation: causes.map((cause) => ({
      location: { uri: document.uri, range: rangeOf(document, cause.span) },
      message: cause.text,
    })),
  }
}
