import { alignKeys, isRow, type Key, keyOf } from './align.ts'
import { writeChain } from './flow.ts'
import type { Block, Item } from './outline.ts'
import { Page } from './page.ts'
import { readPhrase } from './phrase.ts'
import type { Piece } from './piece.ts'
import { INDENT, joinPieces } from './spacing.ts'

/** Writes the items of a text on a page. */
export function printItems(items: readonly Item[], text: string): Page {
  const page = new Page()
  writeItems(page, items, 0, text)
  return page
}

function writeItems(page: Page, items: readonly Item[], indent: number, text: string): void {
  const columns = alignKeys(items, indent)
  for (const item of items) {
    if (item.blank) page.writeRaw('')
    page.breakLine(indent)
    const column = columns.get(item) ?? 0
    if (item.kind === 'note') page.write(item.piece.text)
    else if (item.kind === 'block') {
      writeBlock(page, item, indent, column, text)
      if (item.tail !== null) page.write(text.slice(item.tail.start, item.tail.end))
    } else if (item.kind === 'leaf') {
      const key = keyOf(item.pieces)
      if (key === null) writeChain(page, readPhrase(item.pieces), null, 0)
      else {
        page.write(padKey(key, column))
        writeChain(page, readPhrase(key.rest), key.operator, page.column + 1)
      }
    } else {
      const { start, end } = item.span
      if (!item.startsLine) page.write(text.slice(start, end))
      else page.writeRaw(text.slice(lineStart(text, start), end))
    }
    if (item.remark !== null) page.remark(item.remark.text)
  }
}

function writeBlock(page: Page, block: Block, indent: number, column: number, text: string): void {
  const { head, inside, opening, items } = block
  if (isRow(block, indent)) {
    page.write(rowOf([...head, ...inside], column))
    return
  }
  const brace = head.at(-1)!
  writeChain(page, readPhrase(head.slice(0, -1)), null, 0)
  page.write(page.started ? ` ${brace.text}` : brace.text)
  if (opening !== null) page.remark(opening.text)
  writeItems(page, items, indent + INDENT, text)
  page.breakLine(indent)
  page.write(inside.at(-1)!.text)
}

/** A block on one line. */
function rowOf(pieces: readonly Piece[], column: number): string {
  const key = keyOf(pieces)
  if (key === null) return joinPieces(pieces)
  return padKey(key, column) + joinPieces([key.operator, ...key.rest]).slice(key.operator.text.length)
}

/** The key with its operator, which ends at the column. */
function padKey({ text, operator }: Key, column: number): string {
  return text + operator.text.padStart(Math.max(column - text.length, operator.text.length + 1))
}

/** Where the line of an offset starts, after a byte order mark. */
function lineStart(text: string, offset: number): number {
  const before = text.slice(0, offset)
  return /[ \t\uFEFF\u00A0]*$/.exec(before)!.index + (before.startsWith('\uFEFF') && !/[\r\n]/.test(before) ? 1 : 0)
}
