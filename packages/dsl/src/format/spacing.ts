import type { TokenType } from 'chevrotain'
import {
  CloseBrace,
  CloseBracket,
  CloseParenthesis,
  Comma,
  Dot,
  OpenBrace,
  OpenBracket,
  OpenParenthesis,
} from '../syntax/tokens.ts'
import type { Piece } from './piece.ts'

/** The longest line, in columns; what cannot be broken may be longer. */
export const WIDTH = 120
export const INDENT = 2

const TIGHT_BEFORE = new Set<TokenType | null>([Comma, Dot, CloseParenthesis, CloseBracket, OpenParenthesis])
const TIGHT_AFTER = new Set<TokenType | null>([Dot, OpenParenthesis, OpenBracket])
/** A comma between these and what comes next separates nothing. */
const STARTS = new Set<TokenType | undefined | null>([undefined, Comma, OpenBrace])
const ENDS = new Set<TokenType | undefined | null>([Comma, CloseParenthesis, CloseBracket, CloseBrace])

/** What stands between two pieces of a line. */
export function space(before: Piece | null, after: Piece): '' | ' ' {
  if (before === null || TIGHT_AFTER.has(before.type) || TIGHT_BEFORE.has(after.type)) return ''
  return before.type === OpenBrace && after.type === CloseBrace ? '' : ' '
}

/** Pieces on one line, without the commas that separate nothing. */
export function joinPieces(pieces: readonly Piece[]): string {
  let line = ''
  let before: Piece | null = null
  for (const [index, piece] of pieces.entries()) {
    if (piece.type === Comma && (STARTS.has(before?.type) || ENDS.has(pieces[index + 1]?.type))) continue
    line += space(before, piece) + piece.text
    before = piece
  }
  return line
}

/** The columns that a text takes. */
export const widthOf = (text: string): number => Array.from(text).length
