import type { IToken } from 'chevrotain'
import { layOut, spanOf } from '../syntax/layout.ts'
import { CloseBrace, CloseParenthesis, OpenBrace, Separator, Shortcut, tokenize } from '../syntax/tokens.ts'

/** A statement as far as its own tokens go: without the block that may follow it. */
export interface Line {
  tokens: IToken[]
  region: Region
  body: Region | null
}

/** What stands between two braces, or the whole text. */
export interface Region {
  /** The statement that the braces follow; `null` for the text. */
  head: Line | null
  lines: Line[]
  start: number
  end: number
}

/** A text cut into statements and blocks. It needs no statement to be right, only the parser's own layout of the tokens. */
export interface Outline {
  text: string
  root: Region
  /** The text's own comments, `///` among them. */
  comments: IToken[]
}

/** Cuts a text into statements and blocks, brackets mended as the parser mends them. */
export function outline(text: string): Outline {
  const { tokens, comments } = tokenize(text)
  const root: Region = { head: null, lines: [], start: 0, end: text.length }
  const open: (Region | null)[] = []
  let region = root
  let line: Line | null = null
  let before: IToken | null = null
  const { tokens: laidOut } = layOut(tokens)
  for (const [index, token] of laidOut.entries()) {
    const { tokenType: type } = token
    if (type === Separator) {
      line = { tokens: [], region, body: null }
      region.lines.push(line)
    } else if (type === OpenBrace && !holdsLayers(before) && line !== null) {
      const body: Region = { head: line, lines: [], start: spanOf(token).end, end: text.length }
      line.body = body
      open.push(region)
      region = body
    } else if (type === CloseBrace && open.length > 0 && open.at(-1) !== null) {
      region.end = token.image === '' ? startOfNext(laidOut, index, text) : token.startOffset
      line = region.head
      region = open.pop()!
    } else {
      if (type === OpenBrace) open.push(null)
      else if (type === CloseBrace) open.pop()
      line?.tokens.push(token)
    }
    before = token
  }
  return { text, root, comments }
}

/** All statements, each before those in its block. */
export function* linesOf(region: Region): Generator<Line> {
  for (const line of region.lines) {
    yield line
    if (line.body !== null) yield* linesOf(line.body)
  }
}

/** The innermost block around an offset. */
export function regionAt(region: Region, offset: number): Region {
  const inner = region.lines.find(({ body }) => body !== null && body.start <= offset && offset <= body.end)
  return inner === undefined ? region : regionAt(inner.body!, offset)
}

/** Where a statement ends, its block included. */
export function endOf(line: Line, text: string): number {
  const own = line.tokens.length === 0 ? 0 : spanOf(line.tokens.at(-1)!).end
  return line.body === null ? own : Math.min(line.body.end + 1, text.length)
}

function holdsLayers(before: IToken | null): boolean {
  return before?.tokenType === CloseParenthesis || before?.tokenType === Shortcut
}

/** A block whose brace is missing reaches as far as the next thing that is written. */
function startOfNext(tokens: readonly IToken[], index: number, text: string): number {
  for (let at = index + 1; at < tokens.length; at++) if (tokens[at].image !== '') return tokens[at].startOffset
  return text.length
}
