import type { Span } from '../source.ts'
import type * as ast from '../syntax/ast.ts'
import { CloseBrace, Comma, OpenBrace } from '../syntax/tokens.ts'
import type { Piece } from './piece.ts'

interface Placed {
  /** A blank line goes before it. */
  blank: boolean
  /** The comment at the end of its last line. */
  remark: Piece | null
}

/** A statement without a body. */
export interface Leaf extends Placed {
  kind: 'leaf'
  pieces: readonly Piece[]
}

/** `head {`, what is inside, and the closing brace. */
export interface Block extends Placed {
  kind: 'block'
  /** Ends with the opening brace. */
  head: readonly Piece[]
  /** The comment on the line of the opening brace. */
  opening: Piece | null
  items: readonly Item[]
  /** All that follows the opening brace, the closing one with it. */
  inside: readonly Piece[]
  /** What makes no sense on the line of the closing brace, after it; it stays there. */
  tail: Span | null
}

/** A comment on a line of its own. */
export interface Note extends Placed {
  kind: 'note'
  piece: Piece
}

/** What could not be parsed: it stays as it is. */
export interface Kept extends Placed {
  kind: 'kept'
  span: Span
  /** Whether nothing stands before it on its line, so that its indentation stays too. */
  startsLine: boolean
}

export type Item = Leaf | Block | Note | Kept

/**
 * Sorts the pieces of a text into the statements that the parser found, and all that stands between them. Statements with
 * a syntax error, and what is no statement at all, are kept.
 *
 * @param problems where the syntax errors are
 */
export function outline(
  pieces: readonly Piece[],
  statements: readonly ast.Statement[],
  problems: readonly Span[],
): Item[] {
  let at = 0

  /** The first piece from here on that starts at the offset or after it. */
  const find = (offset: number): number => {
    let [low, high] = [at, pieces.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (pieces[middle].span.start < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  const isDamaged = (stretch: readonly Piece[]): boolean => {
    const [start, end] = [stretch[0].span.start, stretch.at(-1)!.span.end]
    return problems.some((problem) => problem.start <= end && problem.end >= start)
  }

  /** The items from here to the piece `stop`, and the comment on the line of the brace before them. */
  const list = (inside: readonly ast.Statement[], stop: number): { items: Item[]; opening: Piece | null } => {
    const items: Item[] = []
    let opening: Piece | null = null
    const isSetApart = (piece: Piece) => piece.breaks > 1 && (items.length > 0 || opening !== null)

    /** Whether here, on its line, something is kept: what follows it there stays with it. */
    const isOnKeptLine = () => pieces[at].breaks === 0 && items.at(-1)?.kind === 'kept'

    const keep = (end: number) => {
      const first = pieces[at]
      if (isOnKeptLine()) {
        ;(items.at(-1) as Kept).span.end = pieces[end - 1].span.end
        at = end
        return
      }
      const span = { start: first.span.start, end: pieces[end - 1].span.end }
      const startsLine = at === 0 || first.breaks > 0
      items.push({ kind: 'kept', span, startsLine, blank: isSetApart(first), remark: null })
      at = end
    }

    /** Takes a piece that is in no statement: a comment, a comma between statements, or what makes no sense. */
    const takeBetween = () => {
      const piece = pieces[at]
      const before = items.at(-1)
      const goesOn = piece.breaks === 0
      if (goesOn && before?.kind === 'kept') before.span.end = piece.span.end
      else if (goesOn && before?.kind === 'block' && (before.tail !== null || !(piece.comment || piece.type === Comma)))
        before.tail = { start: before.inside.at(-1)!.span.end, end: piece.span.end }
      else if (piece.comment) {
        if (goesOn && before !== undefined && before.remark === null) before.remark = piece
        else if (goesOn && before === undefined && at > 0 && opening === null) opening = piece
        else items.push({ kind: 'note', piece, blank: isSetApart(piece), remark: null })
      } else if (goesOn && before?.kind === 'leaf' && piece.type !== Comma) {
        items.pop()
        const [first] = before.pieces
        const span = { start: first.span.start, end: piece.span.end }
        const startsLine = first === pieces[0] || first.breaks > 0
        items.push({ kind: 'kept', span, startsLine, blank: before.blank, remark: null })
      } else if (piece.type !== Comma) return keep(at + 1)
      at++
    }

    const takeBlock = (block: ast.Block | ast.When, end: number) => {
      const headEnd = (block.node === 'block' ? block.head : block.condition.span).end
      let brace = find(headEnd)
      while (brace < end && pieces[brace].type !== OpenBrace) brace++
      const head = pieces.slice(at, brace + 1)
      if (brace >= end - 1 || pieces[end - 1].type !== CloseBrace || isDamaged(head)) return keep(end)
      const place = { blank: isSetApart(pieces[at]), remark: null }
      at = brace + 1
      const children = list(block.statements, end - 1)
      items.push({ kind: 'block', head, ...children, inside: pieces.slice(brace + 1, end), tail: null, ...place })
      at = end
    }

    for (const [index, statement] of inside.entries()) {
      const first = Math.min(find(statement.span.start), stop)
      while (at < first) takeBetween()
      let end = Math.min(find(statement.span.end), stop)
      if (statement.node === 'broken') {
        // What the parser passed over to find its way again belongs to the mistake.
        end = Math.min(find(inside[index + 1]?.span.start ?? Number.POSITIVE_INFINITY), stop)
        while (end > first + 1 && pieces[end - 1].comment) end--
        if (first < end) keep(end)
      } else if (first < end) {
        if (isOnKeptLine()) keep(end)
        else if ('statements' in statement) takeBlock(statement, end)
        else if (isDamaged(pieces.slice(first, end))) keep(end)
        else {
          const blank = isSetApart(pieces[first])
          items.push({ kind: 'leaf', pieces: pieces.slice(first, end), blank, remark: null })
          at = end
        }
      }
    }
    while (at < stop) takeBetween()
    return { items, opening }
  }
  return list(statements, pieces.length).items
}
