import type { Diagnostic, Edit } from '../diagnostic.ts'
import type { Span } from '../source.ts'
import type { Analysis } from './analysis.ts'

/** A mistake with the changes that mend it. */
export interface Fix {
  title: string
  diagnostic: Diagnostic
  edits: readonly Edit[]
}

/** What mends the mistakes that touch a stretch of the text, as their help says. */
export function fixes({ compiled: { diagnostics } }: Analysis, { start, end }: Span): Fix[] {
  return diagnostics.flatMap((diagnostic) => {
    const { span, help } = diagnostic
    const touched = [span, ...(help?.edits ?? [])].some((part) => part.start <= end && start <= part.end)
    const elsewhere = [span, ...(help?.edits ?? [])].some(({ file }) => file !== undefined)
    return help === null || help.edits.length === 0 || elsewhere || !touched
      ? []
      : [{ title: help.text, diagnostic, edits: help.edits }]
  })
}
