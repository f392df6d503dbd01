import type { Span } from '../source.ts'
import type { File } from '../syntax/ast.ts'
import { parse } from '../syntax/parse.ts'
import { Comma } from '../syntax/tokens.ts'
import { type Item, outline } from './outline.ts'
import { listPieces } from './piece.ts'
import { printItems } from './print.ts'

/** A text in the one layout of the language, and what was left as it is: statements with syntax errors. */
export interface Formatted {
  text: string
  /** In offsets of the text that was given, in its order. */
  left: Span[]
}

/**
 * Lays a text out anew: indentation, spacing, aligned columns, at most one blank line in a row. Words, numbers and
 * comments stay, in their order, and so does what the text means. Statements with a syntax error stay byte for byte.
 * All line ends become the first one. Never throws; a formatted text stays as it is.
 */
export function formatText(text: string): Formatted {
  const parsed = parse(text)
  const whole = { text, left: [{ start: 0, end: text.length }] }
  if (parsed.file.broken && parsed.file.statements.length === 0) return whole
  const { text: formatted, left } = layOutAnew(
    text,
    parsed.file,
    parsed.diagnostics.map(({ span }) => span),
  )
  if (formatted === text) return { text, left }
  const again = parse(formatted)
  const same =
    describe(again.file) === describe(parsed.file) &&
    String(again.diagnostics.map(({ code }) => code)) === String(parsed.diagnostics.map(({ code }) => code)) &&
    wordsOf(formatted) === wordsOf(text)
  return same ? { text: formatted, left } : whole
}

function layOutAnew(text: string, file: File, problems: readonly Span[]): Formatted {
  const items = outline(listPieces(text), file.statements, problems)
  const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n'
  return { text: printItems(items, text).join(lineEnd), left: listKept(items) }
}

function listKept(items: readonly Item[]): Span[] {
  return items.flatMap((item) => {
    if (item.kind === 'kept') return [item.span]
    if (item.kind !== 'block') return []
    return [...listKept(item.items), ...(item.tail === null ? [] : [item.tail])]
  })
}

/** The meaning of a file, without where it stands and how its numbers are written. */
function describe(file: File): string {
  const passedOver = new Set(['span', 'head', 'digits'])
  return JSON.stringify(file, (key, value) => (passedOver.has(key) ? undefined : value))
}

/** All words of a text but commas, which can come and go at the end of a line; comments in order, apart from the others. */
function wordsOf(text: string): string {
  const pieces = listPieces(text)
  const comments = pieces.filter(({ comment }) => comment)
  const others = pieces.filter(({ comment, type }) => !comment && type !== Comma)
  return [...others, ...comments].map((piece) => piece.text).join('\n')
}
