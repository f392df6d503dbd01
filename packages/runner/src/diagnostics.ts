import { type Diagnostic, locate, type Source } from '@snnx/dsl'

/** A diagnostic as a program reads it; lines and columns from 1, the end exclusive. */
export interface DescribedDiagnostic {
  code: string
  severity: 'error' | 'warning'
  message: string
  file: string
  line: number
  column: number
  endLine: number
  endColumn: number
  help: string | null
}

/** Where a diagnostic of a source, or of a file that it imports, lies, and what it says. */
export function describeDiagnostic(
  { code, severity, message, span, help }: Diagnostic,
  source: Source,
  imported: readonly Source[],
): DescribedDiagnostic {
  const { name, text } = imported.find((file) => file.name === span.file) ?? source
  const { line, column } = locate(text, span.start)
  const { line: endLine, column: endColumn } = locate(text, span.end)
  return { code, severity, message, file: name, line, column, endLine, endColumn, help: help?.text ?? null }
}

/** The line by which GitHub shows a diagnostic beside the code; its columns are of one line only. */
export function annotate({ code, severity, message, file, help, ...at }: DescribedDiagnostic): string {
  const oneLine = at.line === at.endLine && at.endColumn > at.column
  const place = Object.entries({
    file,
    line: at.line,
    endLine: at.endLine,
    ...(oneLine && { col: at.column, endColumn: at.endColumn - 1 }),
    title: code,
  })
  const properties = place.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(',')
  return `::${severity} ${properties}::${escapeData(help === null ? message : `${message}\nhelp: ${help}`)}\n`
}

const escapeData = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
