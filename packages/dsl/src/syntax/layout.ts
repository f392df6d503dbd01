import { createTokenInstance, type IToken, type TokenType } from 'chevrotain'
import type { Diagnostic } from '../diagnostic.ts'
import { MAX_DEPTH } from '../limits.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import {
  Arrow,
  Assign,
  CloseBrace,
  CloseBracket,
  CloseParenthesis,
  Comma,
  LineEnd,
  Name,
  NumberLiteral,
  OpenBrace,
  OpenBracket,
  OpenParenthesis,
  Separator,
  Shortcut,
  Text,
  Then,
} from './tokens.ts'

const CLOSERS = new Map<TokenType, TokenType>([
  [OpenBrace, CloseBrace],
  [OpenBracket, CloseBracket],
  [OpenParenthesis, CloseParenthesis],
])
const CLOSING = new Set(CLOSERS.values())

/** A line goes on after these ... */
const CONTINUED = new Set<TokenType>([Arrow, Then])
/** ... and before these. */
const CONTINUING = new Set<TokenType>([Arrow, Then, OpenBrace, Shortcut])
const AFTER_LAYER = new Set<TokenType>([LineEnd, Arrow, OpenParenthesis, CloseBrace])
/** A brace after these holds layers. */
const LAYERED = new Set<TokenType>([CloseParenthesis, Shortcut])
const VALUES = new Set<TokenType>([NumberLiteral, Text, OpenBracket])

/**
 * Turns line ends into what they mean: nothing inside brackets and around `->` and `then`, elsewhere the end of a
 * statement, as commas between statements are. A `Separator` goes before every statement, so that the parser finds
 * its way back after one that it does not understand. Brackets leave here balanced: each that is never closed or
 * never opened is reported once and mended, so that the parser does not trip over it again.
 */
export function layOut(tokens: readonly IToken[]): { tokens: IToken[]; problems: Diagnostic[] } {
  const out: IToken[] = []
  const open: IToken[] = []
  /** Braces that hold layers, not statements. */
  const layered = new Set<IToken>()
  const problems: Diagnostic[] = []
  const indentOf = indentation(tokens)
  /** Braces without a partner: opening ones when positive, closing ones when negative. */
  let unmatched = count(tokens, OpenBrace) - count(tokens, CloseBrace)
  let startsLine = true
  let startsStatement = true

  const inRound = () => open.length > 0 && open.at(-1)!.tokenType !== OpenBrace
  const closeWhile = (unclosed: () => boolean) => {
    while (open.length > 0 && unclosed()) {
      const opener = open.pop()!
      problems.push(wording.unclosedBracket(spanOf(opener), opener.image))
      out.push(virtual(CLOSERS.get(opener.tokenType)!, spanOf(out.at(-1)!).end))
    }
  }

  const startLine = (token: IToken, index: number) => {
    const { tokenType: type } = token
    const before = out.at(-1)?.tokenType
    if (CONTINUED.has(before!) || CONTINUING.has(type)) return
    if (before === Assign && !inRound() && startsValue(tokens, index)) {
      problems.push(wording.valueBelow(endOf(out.at(-1)!)))
      return
    }
    const within = before === Comma || CLOSERS.has(before!) || type === Comma || CLOSING.has(type)
    if (inRound() && !within) closeWhile(inRound)
    const outdented = () => !inRound() && indentOf(token) <= indentOf(open.at(-1)!)
    if (type !== CloseBrace) closeWhile(() => unmatched > 0 && outdented() && unmatched-- > 0)
    if (inRound()) return
    if (!layered.has(open.at(-1)!) || !startsLayer(tokens, index)) startsStatement = true
    else if (!within) {
      const end = endOf(out.at(-1)!)
      problems.push(wording.missingArrow(end, 'the end of the line'))
      out.push(virtual(Arrow, end.start))
    }
  }

  const close = (token: IToken, first: boolean) => {
    const { tokenType: type, image } = token
    if (type === CloseBrace) closeWhile(inRound)
    const forgotten = () => layered.has(open.at(-1)!) && indentOf(token) < indentOf(open.at(-1)!)
    if (first) closeWhile(() => unmatched > 0 && forgotten() && unmatched-- > 0)
    const opener = open.at(-1)
    const surplus = unmatched < 0 && first && opener !== undefined && indentOf(token) > indentOf(opener)
    if (opener === undefined || surplus || (type !== CloseBrace && !inRound())) {
      problems.push(wording.unopenedBracket(spanOf(token), image))
      if (type === CloseBrace) unmatched++
      return
    }
    const expected = CLOSERS.get(opener.tokenType)!
    if (expected !== type) problems.push(wording.mismatchedBracket(spanOf(token), image, spanOf(opener), opener.image))
    if (out.at(-1)!.tokenType === Comma) out.pop()
    out.push(expected === type ? token : virtual(expected, token.startOffset, image))
    open.pop()
    startsStatement = false
  }

  for (const [index, token] of tokens.entries()) {
    const { tokenType: type } = token
    if (type === LineEnd) {
      startsLine = true
      continue
    }
    const first = startsLine
    if (first) startLine(token, index)
    startsLine = false
    if (CLOSING.has(type)) close(token, first)
    else if (type === Comma && layered.has(open.at(-1)!)) {
      problems.push(wording.missingArrow(spanOf(token), '`,`'))
      out.push(virtual(Arrow, token.startOffset, ','))
    } else if (type === Comma && !inRound()) startsStatement = true
    else {
      if (startsStatement) out.push(virtual(Separator, token.startOffset))
      const holdsLayers = type === OpenBrace && out.length > 0 && LAYERED.has(out.at(-1)!.tokenType)
      if (holdsLayers) layered.add(token)
      startsStatement = type === OpenBrace && !holdsLayers
      out.push(token)
      if (CLOSERS.has(type)) open.push(token)
      if (open.length > MAX_DEPTH) return { tokens: [], problems: [wording.nestedTooDeep(spanOf(token), MAX_DEPTH)] }
    }
  }
  closeWhile(() => true)
  return { tokens: out, problems }
}

/** Whether a line begins with a layer: nothing follows its name that makes it a key, an address or a block. */
function startsLayer(tokens: readonly IToken[], index: number): boolean {
  const next = tokens[index + 1]?.tokenType
  return tokens[index].tokenType === Name && (next === undefined || AFTER_LAYER.has(next))
}

/** Whether a line can be nothing but a value: no statement starts like it. */
function startsValue(tokens: readonly IToken[], index: number): boolean {
  const { tokenType: type } = tokens[index]
  if (type !== Name) return VALUES.has(type)
  let next = index + 1
  while (tokens[next]?.tokenType === LineEnd) next++
  return tokens[next]?.tokenType === Arrow || tokens[next]?.tokenType === OpenParenthesis
}

function endOf(token: IToken): Span {
  const { end } = spanOf(token)
  return { start: end, end }
}

export function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: token.startOffset + token.image.length }
}

function virtual(type: TokenType, at: number, image = ''): IToken {
  return createTokenInstance(type, image, at, at + image.length - 1, 0, 0, 0, 0)
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
