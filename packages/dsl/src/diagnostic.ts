import type { Code } from './explanations.ts'
import type { Span } from './source.ts'

export type Severity = 'error' | 'warning'

/** A span that explains another one. */
export interface Label {
  span: Span
  text: string
}

/** A change of the text: what to put in place of a stretch of it; an empty stretch inserts, an empty text removes. */
export interface Edit extends Span {
  text: string
}

/** How to mend it: in words, and as the changes that do it, where a program can make them. */
export interface Help {
  text: string
  edits: readonly Edit[]
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
