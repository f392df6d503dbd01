import { createTokenInstance, type IToken, type TokenType } from 'chevrotain'
import type { Diagnostic } from '../diagnostic.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import {
  Arrow,
  CloseBrace,
  CloseBracket,
  CloseParenthesis,
  Comma,
  LineEnd,
  OpenBrace,
  OpenBracket,
  OpenParenthesis,
  Separator,
  Then,
} from './tokens.ts'

const CLOSERS = new Map<TokenType, TokenType>([
  [OpenBrace, CloseBrace],
  [OpenBracket, CloseBracket],
  [OpenParenthesis, CloseParenthesis],
])
const CLOSING = new Set(CLOSERS.values())
/** Deeper nesting is refused, so that no text can exhaust the parser's stack. */
const MAX_DEPTH = 60

/**
 * Turns line ends into what they mean: a `Separator` where one ends a statement, nothing inside brackets and around
 * `->` and `then`. Commas between statements become separators too. Brackets leave here balanced: each that is never
 * closed or never opened is reported once and mended, so that the parser does not trip over it again.
 */
export function layOut(tokens: readonly IToken[]): { tokens: IToken[]; problems: Diagnostic[] } {
  const out: IToken[] = []
  const open: IToken[] = []
  const problems: Diagnostic[] = []
  const indentOf = indentation(tokens)
  /** Braces without a partner: opening ones when positive, closing ones when negative. */
  let unmatched = count(tokens, OpenBrace) - count(tokens, CloseBrace)
  let newline: IToken | null = null

  const close = () => out.push(virtual(CLOSERS.get(open.pop()!.tokenType)!, endOf(out.at(-1)!)))
  const closeUnclosed = (whileOpen: () => boolean) => {
    while (open.length > 0 && whileOpen()) {
      problems.push(wording.unclosedBracket(spanOf(open.at(-1)!), open.at(-1)!.image))
      dropTrailing(out, Separator)
      close()
    }
  }
  const inRound = () => open.length > 0 && open.at(-1)!.tokenType !== OpenBrace
  const separate = (at: number, image: string) => {
    const previous = out.at(-1)?.tokenType
    if (previous !== undefined && previous !== Separator && previous !== OpenBrace)
      out.push(virtual(Separator, at, image))
  }

  for (const token of tokens) {
    const type = token.tokenType
    if (type === LineEnd) {
      newline ??= token
      continue
    }
    if (newline !== null) {
      const previous = out.at(-1)?.tokenType
      const continues = CONTINUED.has(previous!) || CONTINUING.has(type)
      if (inRound() && !(continues || previous === Comma || type === Comma || CLOSING.has(type))) closeUnclosed(inRound)
      const outdented = () =>
        unmatched > 0 && !inRound() && indentOf(token) <= indentOf(open.at(-1)!) && unmatched-- > 0
      if (type !== CloseBrace) closeUnclosed(outdented)
      if (!inRound() && !continues) separate(newline.startOffset, newline.image)
    }
    const first = newline !== null || out.length === 0
    newline = null
    if (type === Comma && !inRound()) {
      separate(token.startOffset, token.image)
      continue
    }
    if (CLOSERS.has(type)) {
      if (open.length === MAX_DEPTH) {
        problems.push(wording.nestedTooDeep(spanOf(token), MAX_DEPTH))
        break
      }
      open.push(token)
      out.push(token)
    } else if (CLOSING.has(type)) {
      if (type === CloseBrace) closeUnclosed(inRound)
      const opener = open.at(-1)
      const surplus = unmatched < 0 && first && opener !== undefined && indentOf(token) > indentOf(opener)
      if (opener === undefined || surplus || (type !== CloseBrace && !inRound())) {
        problems.push(wording.unopenedBracket(spanOf(token), token.image))
        if (type === CloseBrace) unmatched++
        continue
      }
      const expected = CLOSERS.get(opener.tokenType)!
      if (expected !== type)
        problems.push(wording.mismatchedBracket(spanOf(token), token.image, spanOf(opener), opener.image))
      dropTrailing(out, type === CloseBrace ? Separator : Comma)
      out.push(expected === type ? token : virtual(expected, token.startOffset, token.image))
      open.pop()
    } else out.push(token)
  }
  if (problems.some(({ code }) => code === 'SNX0107')) while (open.length > 0) close()
  closeUnclosed(() => true)
  dropTrailing(out, Separator)
  return { tokens: out, problems }
}

/** A line goes on after these ... */
const CONTINUED = new Set<TokenType>([Arrow, Then])
/** ... and before these. */
const CONTINUING = new Set<TokenType>([Arrow, Then, OpenBrace])

export function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: endOf(token) }
}

function endOf(token: IToken): number {
  return token.startOffset + token.image.length
}

function dropTrailing(tokens: IToken[], type: TokenType): void {
  if (tokens.at(-1)?.tokenType === type) tokens.pop()
}

function virtual(type: TokenType, at: number, image = ''): IToken {
  return createTokenInstance(type, image, at, Math.max(at, at + image.length - 1), 0, 0, 0, 0)
}

function count(tokens: readonly IToken[], type: TokenType): number {
  return tokens.filter((token) => token.tokenType === type).length
}

/** The column at which a token's line begins: a hint to which brace was forgotten, and nothing more. */
function indentation(tokens: readonly IToken[]): (token: IToken) => number {
  const columns = new Map<number, number>()
  for (const { tokenType, startLine, startColumn } of tokens) {
    if (tokenType !== LineEnd && !columns.has(startLine!)) columns.set(startLine!, startColumn!)
  }
  return (token) => columns.get(token.startLine!) ?? 0
}
