import type { Span } from '../source.ts'
import { spanOf } from '../syntax/layout.ts'
import { Name } from '../syntax/tokens.ts'
import type { Analysis } from './analysis.ts'
import { endOf, type Line, type Region } from './outline.ts'

/** A block or key of a text, with what is inside. */
export interface Entry {
  name: string
  detail: string
  kind: 'block' | 'key'
  span: Span
  /** Where its name stands. */
  word: Span
  children: Entry[]
}

/** The blocks of a text and their keys, as an outline shows them. */
export function symbols({ outline: { root, text } }: Analysis): Entry[] {
  return inRegion(root, text)
}

function inRegion({ lines }: Region, text: string): Entry[] {
  return lines.flatMap((line) => symbolOf(line, text) ?? [])
}

function symbolOf(line: Line, text: string): Entry | null {
  const [first, second] = line.tokens
  if (first === undefined || (first.tokenType !== Name && line.body === null)) return null
  const span = { start: first.startOffset, end: endOf(line, text) }
  const rest = text.slice(spanOf(first).end, spanOf(line.tokens.at(-1)!).end).trim()
  if (line.body === null)
    return { name: first.image, detail: rest, kind: 'key', span, word: spanOf(first), children: [] }
  const word = second?.tokenType === Name && first.tokenType === Name ? second : first
  const detail = word === first ? rest.replace(/^:\s*/, '') : text.slice(span.start, spanOf(line.tokens.at(-1)!).end)
  return { name: word.image, detail, kind: 'block', span, word: spanOf(word), children: inRegion(line.body, text) }
}
