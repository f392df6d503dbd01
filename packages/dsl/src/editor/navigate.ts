import type { Source, Span } from '../source.ts'
import type { Analysis } from './analysis.ts'
import { resolve } from './imports.ts'
import { isSame, type Meaning, type Target } from './meaning.ts'
import { linesOf } from './outline.ts'
import { chainOf, placeOf } from './scope.ts'

/** A place in the text itself (`source` is `null`) or in another file. */
export interface Place {
  source: Source | null
  span: Span
}

/** Where the name at an offset is declared: in the text, in a file that it imports, or in `std/`. */
export function define(analysis: Analysis, offset: number): Place | null {
  const meaning = analysis.meaningAt(offset)
  const target = meaning?.target ?? null
  if (meaning?.role === 'text') {
    const file = resolve(meaning.text.slice(1, -1), analysis.source, analysis.host)
    return file && { source: file, span: { start: 0, end: 0 } }
  }
  if (target === null) return null
  if (target.kind === 'component') return { source: target.component.source, span: placeOf(target.component) }
  for (const component of chainOf(analysis.scope, target.component)) {
    const { body } = component.line
    const lines = body === null ? [] : [...linesOf(body)]
    const word = lines.find(({ tokens }) => tokens[0]?.image === target.name)?.tokens[0]
    if (word !== undefined)
      return { source: component.source, span: { start: word.startOffset, end: word.startOffset + word.image.length } }
  }
  return { source: target.component.source, span: placeOf(target.component) }
}

/** Every word of the text that stands for the same as the one at an offset. */
export function references(analysis: Analysis, offset: number, declaration: boolean): Span[] {
  const target = analysis.meaningAt(offset)?.target ?? null
  if (target === null) return []
  return mentions(analysis, target)
    .filter(({ declares }) => declaration || !declares)
    .map(({ span }) => span)
}

/** The words that stand for a target. */
export function mentions({ meanings }: Analysis, target: Target): Meaning[] {
  return meanings.filter((meaning) => meaning.target !== null && isSame(meaning.target, target))
}
