import type { Code } from './explanations.ts'
import type { Span } from './source.ts'

export type Severity = 'error' | 'warning'

/** A span that explains another one. */
export interface Label {
  span: Span
  text: string
}

/** How to mend it; `edit` is the text to put in place of a span (an empty span inserts). */
export interface Help {
  message: string
  edit: { span: Span; text: string } | null
}

/** One mistake in a source: plain data, drawn by `renderDiagnostic`. */
export interface Diagnostic {
  code: Code
  severity: Severity
  /** What is wrong; stands alone. */
  message: string
  span: Span
  /** What is said at the span itself. */
  label: string
  causes: Label[]
  notes: string[]
  help: Help | null
}

/** What makes two diagnostics the same. */
export function keyOf({ message, span }: Diagnostic): string {
  return `${span.start}:${span.end}:${message}`
}

/** Diagnostics in the order of the text, each once: a sweep finds the same mistake in many jobs. */
export function arrange(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>()
  const first = diagnostics.filter((diagnostic) => {
    const key = keyOf(diagnostic)
    return !seen.has(key) && seen.add(key)
  })
  return first.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end || a.code.localeCompare(b.code))
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}
