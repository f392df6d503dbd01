import { OpenBrace } from '../syntax/tokens.ts'
import type { Page } from './page.ts'
import { type Chain, type Group, isGroup, type Link, type Node } from './phrase.ts'
import type { Piece } from './piece.ts'
import { INDENT, joinPieces, space, WIDTH, widthOf } from './spacing.ts'

/**
 * Writes a value, on as many lines as it needs. A chain goes on below at its operator, where its writer has broken the
 * line or where it would get too long, so that its elements stand in one column; behind a closing brace it goes on.
 *
 * @param before the piece in front of it, on the same line
 * @param column where the elements of the chain begin; the operators stand left of it, as far as there is room
 * @param suffix what follows the last element: a comma, or nothing
 */
export function writeChain(page: Page, chain: Chain, before: Piece | null, column: number, suffix = ''): void {
  const base = page.indent
  let last = before
  /** The line begins with the closing brace of what was written last. */
  let closed = false
  for (const [index, link] of chain.links.entries()) {
    const { operator, nodes, after } = link
    const final = index === chain.links.length - 1
    if (operator !== null) {
      const below = Math.max(base + INDENT, column - operator.text.length - 1)
      const length = 1 + operator.text.length + 1 + firstLength(link)
      const breaks = link.startsLine || page.column + length > WIDTH
      if (breaks && !(closed && page.started)) page.breakLine(below)
      put(page, last, operator)
      last = operator
    }
    const within = page.indent + INDENT
    for (const node of nodes) {
      closed = isGroup(node) && writeGroup(page, node, last)
      if (!isGroup(node)) {
        if (node.comment) writeComments(page, [node], within)
        else put(page, last, node)
      }
      last = isGroup(node) ? node.close : node
    }
    if (final) page.write(suffix)
    const next = chain.links[index + 1]?.operator?.text ?? ''
    writeComments(page, after, final ? base : Math.max(base + INDENT, column - next.length - 1))
  }
}

/** Comments where they stand: at the end of the line, or on lines of their own. */
export function writeComments(page: Page, comments: readonly Piece[], indent: number): void {
  for (const { text, breaks } of comments) {
    if (breaks === 0 && page.started) page.remark(text)
    else {
      page.breakLine(indent)
      page.write(text)
    }
    page.breakLine(indent)
  }
}

function put(page: Page, before: Piece | null, piece: Piece): void {
  page.write(`${page.started ? space(before, piece) : ''}${piece.text}`)
}

/**
 * A stretch in brackets on one line if it fits there, else each item on a line of its own.
 *
 * @returns whether the line now begins with a closing brace
 */
function writeGroup(page: Page, group: Group, before: Piece | null): boolean {
  const flat = `${page.started ? space(before, group.open) : ''}${joinPieces(group.pieces)}`
  if (!group.spread && page.column + widthOf(flat) <= WIDTH) {
    page.write(flat)
    return false
  }
  const outer = page.indent
  const inner = outer + INDENT
  put(page, before, group.open)
  if (group.opening !== null) page.remark(group.opening.text)
  for (const item of group.items) {
    page.breakLine(inner)
    writeComments(page, item.above, inner)
    writeChain(page, item, null, inner, group.open.type === OpenBrace ? '' : ',')
  }
  page.breakLine(inner)
  writeComments(page, group.closing, inner)
  page.breakLine(outer)
  page.write(group.close.text)
  return group.open.type === OpenBrace
}

/** The columns that an element takes on its first line. */
function firstLength({ nodes }: Link): number {
  const first: Piece[] = []
  for (const node of nodes as Node[]) {
    if (!isGroup(node)) {
      if (node.comment) break
      first.push(node)
    } else if (node.spread) {
      first.push(node.open)
      break
    } else first.push(...node.pieces)
  }
  return widthOf(joinPieces(first))
}
