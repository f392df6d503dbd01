import type { TokenType } from 'chevrotain'
import type { Span } from '../source.ts'
import { LineEnd, NumberLiteral, tokenize } from '../syntax/tokens.ts'

/** All of a text but its spacing: a token, a comment, or a stretch that is neither. */
export interface Piece {
  /** The token's type; `null` for what is no token. */
  type: TokenType | null
  comment: boolean
  text: string
  span: Span
  /** Line ends between this piece and the one before. */
  breaks: number
}

/** The pieces of a text, in order. */
export function listPieces(text: string): Piece[] {
  const { tokens, comments, unknown } = tokenize(text)
  const places = [
    ...tokens.map(({ tokenType, startOffset, image }) => ({
      type: tokenType,
      comment: false,
      start: startOffset,
      image,
    })),
    ...comments.map(({ tokenType, startOffset, image }) => ({
      type: tokenType,
      comment: true,
      start: startOffset,
      image,
    })),
    ...unknown.map(({ start, end }) => ({ type: null, comment: false, start, image: text.slice(start, end) })),
  ].sort((a, b) => a.start - b.start)
  const pieces: Piece[] = []
  let breaks = 0
  for (const { type, comment, start, image } of places) {
    if (type === LineEnd) breaks++
    else {
      const written = comment ? image.replace(/[ \t\uFEFF\u00A0]+$/, '') : image
      const span = { start, end: start + written.length }
      pieces.push({ type, comment, text: type === NumberLiteral ? image.toLowerCase() : written, span, breaks })
      breaks = 0
    }
  }
  return pieces
}
