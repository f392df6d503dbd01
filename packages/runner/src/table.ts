import Table from 'cli-table3'
import { sanitize } from './format.ts'

/** A column: its head, and whether its cells are numbers. */
export interface Column<Row> {
  head: string
  cell: (row: Row) => string
  numeric?: boolean
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** A table without lines; a column in which every cell is empty is left out. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const shown = columns.filter((column) => rows.length === 0 || rows.some((row) => column.cell(row) !== ''))
  const table = new Table({
    head: shown.map((column) => column.head),
    colAligns: shown.map((column) => (column.numeric ? 'right' : 'left')),
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  })
  table.push(...rows.map((row) => shown.map((column) => sanitize(column.cell(row)))))
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`
}
