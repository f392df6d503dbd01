import { lineFinder } from '../source.ts'
import type { Analysis } from './analysis.ts'
import { linesOf } from './outline.ts'

/** Lines, from 1, that can be folded under the first of them. */
export interface Fold {
  first: number
  last: number
  comment: boolean
}

/** Blocks, statements of several lines, and comments in a row. */
export function folds({ outline: { root, comments, text } }: Analysis): Fold[] {
  const lineOf = lineFinder(text)
  const blocks = [...linesOf(root)].map(({ tokens, body }) => {
    const last = body === null ? (tokens.at(-1)?.startOffset ?? 0) : body.end
    return { first: lineOf(tokens[0]?.startOffset ?? 0), last: lineOf(last) - (body === null ? 0 : 1), comment: false }
  })
  const remarks: Fold[] = []
  for (const { startOffset } of comments) {
    const line = lineOf(startOffset)
    if (!/(^|[\r\n])[ \t]*$/.test(text.slice(Math.max(0, startOffset - 200), startOffset))) continue
    const above = remarks.at(-1)
    if (above?.last === line - 1) above.last = line
    else remarks.push({ first: line, last: line, comment: true })
  }
  return [...blocks, ...remarks].filter(({ first, last }) => last > first).sort((a, b) => a.first - b.first)
}
