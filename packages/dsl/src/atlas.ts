import type { Diagnostic, Edit } from './diagnostic.ts'
import type { Source, Span } from './source.ts'

/**
 * Several texts in one row of offsets, the first at 0, so that a span says in which file it lies without naming it; what
 * leaves the language is turned back into offsets of each file.
 */
export class Atlas {
  readonly #placed: { source: Source; start: number }[] = []
  #end = 0

  constructor(first: Source) {
    this.add(first)
  }

  /** Appends a text. @returns the offset at which it starts */
  add(source: Source): number {
    const start = this.#end
    this.#placed.push({ source, start })
    // One more than its length, for the place after the last character is a place too.
    this.#end += source.text.length + 1
    return start
  }

  /** All texts but the first. */
  get others(): Source[] {
    return this.#placed.slice(1).map(({ source }) => source)
  }

  /** A diagnostic with every span in offsets of its own file. */
  settle(diagnostic: Diagnostic): Diagnostic {
    if (this.#placed.length === 1) return diagnostic
    const { span, causes, help } = diagnostic
    return {
      ...diagnostic,
      span: this.#settle(span),
      causes: causes.map((cause) => ({ ...cause, span: this.#settle(cause.span) })),
      help: help && { ...help, edits: help.edits.map((edit): Edit => ({ ...this.#settle(edit), text: edit.text })) },
    }
  }

  #settle({ start, end }: Span): Span {
    const { source, start: at } = this.#placed.findLast((placed) => placed.start <= start)!
    return { start: start - at, end: end - at, ...(at > 0 && { file: source.name }) }
  }
}

/** Plain data with every span in it moved by so many characters. */
export function shift<Data>(data: Data, by: number): Data {
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return data.map((item) => shift(item, by)) as Data
  const parts = Object.entries(data).map(([key, part]) => [
    key,
    (key === 'start' || key === 'end') && typeof part === 'number' ? part + by : shift(part, by),
  ])
  return Object.fromEntries(parts) as Data
}
