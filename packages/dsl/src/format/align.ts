import type { TokenType } from 'chevrotain'
import { Assign, AtLeast, AtMost, Colon, Dot, In, Name, OpenBrace } from '../syntax/tokens.ts'
import type { Block, Item } from './outline.ts'
import { breaksLine } from './phrase.ts'
import type { Piece } from './piece.ts'
import { joinPieces, WIDTH, widthOf } from './spacing.ts'

const OPERATORS = new Set<TokenType | null>([Assign, AtMost, AtLeast, In, Colon, OpenBrace])
const IN_KEYS = new Set<TokenType | null>([Name, Dot])

/** What stands before the value of a statement: `tau =`, `cell.tau in`, `dataset :`. */
export interface Key {
  text: string
  operator: Piece
  /** What follows the operator. */
  rest: readonly Piece[]
}

/** The key of a statement that begins with an address; others have none. */
export function keyOf(pieces: readonly Piece[]): Key | null {
  const at = pieces.findIndex(({ type }) => !IN_KEYS.has(type))
  if (at <= 0 || !OPERATORS.has(pieces[at].type)) return null
  return { text: joinPieces(pieces.slice(0, at)), operator: pieces[at], rest: pieces.slice(at + 1) }
}

/** A block that stands on one line: its writer has left it there and it fits, or it is empty. */
export function isRow(block: Block, indent: number): boolean {
  const { head, inside, items, opening } = block
  if ([...head, ...inside].some(({ comment }) => comment)) return false
  if (items.length === 0 && opening === null) return true
  const fits = indent + widthOf(joinPieces([...head, ...inside])) <= WIDTH
  return fits && !breaksLine(inside) && items.every(isPlain)
}

const isPlain = (item: Item): boolean => item.kind === 'leaf' || (item.kind === 'block' && item.items.every(isPlain))

/**
 * The column, from the indentation on, at which the operator of each statement ends: one for lines that follow each other
 * without a blank line or a statement of another form between them. Comments do not part them, nor does what is kept.
 */
export function alignKeys(items: readonly Item[], indent: number): Map<Item, number> {
  const columns = new Map<Item, number>()
  let run: Item[] = []
  let end = 0
  const finish = () => {
    for (const item of run) columns.set(item, end)
    run = []
    end = 0
  }
  for (const item of items) {
    const between = item.kind === 'note' || item.kind === 'kept'
    if (item.blank || (!between && item.kind !== run[0]?.kind)) finish()
    if (between) continue
    const key = pairedKey(item, indent)
    if (key === null) finish()
    else {
      run.push(item)
      end = Math.max(end, widthOf(key.text) + 1 + key.operator.text.length)
    }
  }
  finish()
  return columns
}

function pairedKey(item: Item, indent: number): Key | null {
  if (item.kind === 'leaf') return keyOf(item.pieces)
  return item.kind === 'block' && isRow(item, indent) ? keyOf(item.head) : null
}
