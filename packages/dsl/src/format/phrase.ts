import type { TokenType } from 'chevrotain'
import {
  Arrow,
  CloseBrace,
  CloseBracket,
  CloseParenthesis,
  Comma,
  OpenBrace,
  OpenBracket,
  OpenParenthesis,
  Then,
} from '../syntax/tokens.ts'
import type { Piece } from './piece.ts'

/** A stretch in brackets. */
export interface Group {
  open: Piece
  /** The comment on the line of the opening bracket. */
  opening: Piece | null
  items: Chain[]
  /** Comments before the closing bracket that follow no item. */
  closing: Piece[]
  close: Piece
  /** It cannot stand on one line: a comment is inside, or its writer has broken the line after a brace. */
  spread: boolean
  /** All of it, in order. */
  pieces: Piece[]
}

export type Node = Piece | Group

/** An element of a chain, with the operator before it. */
export interface Link {
  operator: Piece | null
  nodes: Node[]
  /** The comments that follow it. */
  after: Piece[]
  /** Its writer has begun a line with it. */
  startsLine: boolean
}

/** `a -> b -> c`, or `a then b`; a value by itself is a chain of one. */
export interface Chain {
  /** The comments on the lines above. */
  above: Piece[]
  links: Link[]
}

export const isGroup = (node: Node): node is Group => 'close' in node

const OPENERS = new Set<TokenType | null>([OpenParenthesis, OpenBracket, OpenBrace])
const CLOSERS = new Set<TokenType | null>([CloseParenthesis, CloseBracket, CloseBrace])
/** What ends an item in brackets. */
const ITEM_ENDS = new Set<TokenType | null>([...CLOSERS, Comma])
const NOTHING = new Set<TokenType | null>()
const OPERATORS = new Set<TokenType | null>([Arrow, Then])

/** Reads a value from its pieces, whose brackets are balanced. */
export function readPhrase(pieces: readonly Piece[]): Chain {
  let at = 0

  const takeComments = (fits: (piece: Piece) => boolean = () => true): Piece[] => {
    const comments: Piece[] = []
    while (pieces[at]?.comment && fits(pieces[at])) comments.push(pieces[at++])
    return comments
  }

  const readChain = (stops: ReadonlySet<TokenType | null>): Chain => {
    const chain: Chain = { above: takeComments(), links: [] }
    let operator: Piece | null = null
    let startsLine = false
    do {
      const link: Link = { operator, nodes: [], after: [], startsLine }
      const ends = () => at >= pieces.length || OPERATORS.has(pieces[at].type) || stops.has(pieces[at].type)
      while (!ends()) {
        const comments = takeComments()
        if (ends()) link.after.push(...comments)
        else link.nodes.push(...comments, OPENERS.has(pieces[at].type) ? readGroup() : pieces[at++])
      }
      chain.links.push(link)
      operator = OPERATORS.has(pieces[at]?.type) ? pieces[at++] : null
      if (operator === null) break
      link.after.push(...takeComments())
      startsLine = operator.breaks > 0 || link.after.length > 0 || (pieces[at]?.breaks ?? 0) > 0
    } while (at < pieces.length)
    return chain
  }

  const readGroup = (): Group => {
    const start = at
    const open = pieces[at++]
    const [opening = null] = takeComments(({ breaks }) => breaks === 0)
    const items: Chain[] = []
    const closing: Piece[] = []
    while (at < pieces.length && !CLOSERS.has(pieces[at].type)) {
      const item = readChain(ITEM_ENDS)
      if (item.links[0].nodes.length === 0) closing.push(...item.above, ...item.links[0].after)
      else items.push(item)
      if (pieces[at]?.type !== Comma) continue
      at++
      item.links.at(-1)!.after.push(...takeComments(({ breaks }) => breaks === 0))
    }
    const close = pieces[at++]
    const inside = pieces.slice(start, at)
    const spread = inside.some(({ comment }) => comment) || (open.type === OpenBrace && breaksLine(inside.slice(1)))
    return { open, opening, items, closing, close, spread, pieces: inside }
  }
  return readChain(NOTHING)
}

/** Whether a line is broken somewhere outside parentheses and brackets, where breaks follow from the length alone. */
export function breaksLine(pieces: readonly Piece[]): boolean {
  let depth = 0
  return pieces.some(({ type, breaks }) => {
    if (type === CloseParenthesis || type === CloseBracket) depth--
    const found = depth === 0 && breaks > 0 && type !== CloseParenthesis && type !== CloseBracket
    if (type === OpenParenthesis || type === OpenBracket) depth++
    return found
  })
}
