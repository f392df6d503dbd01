type Direction = 'ascending' | 'descending'

/** Makes the column headers of each sortable table buttons; the table reads well without. */
for (const table of document.querySelectorAll<HTMLTableElement>('table[data-sortable]')) {
  for (const [column, header] of [...table.tHead!.rows[0]!.cells].entries()) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'sort'
    button.append(...header.childNodes)
    button.addEventListener('click', () => sort(table, column, header))
    header.append(button)
  }
}

/** Sorts by a column: first the way that puts the best on top, then the other way round. Empty cells stay last. */
function sort(table: HTMLTableElement, column: number, header: HTMLTableCellElement): void {
  const first = header.dataset.first as Direction
  const other: Direction = first === 'ascending' ? 'descending' : 'ascending'
  const direction = header.getAttribute('aria-sort') === first ? other : first
  for (const cell of header.parentElement!.children) cell.removeAttribute('aria-sort')
  header.setAttribute('aria-sort', direction)
  const body = table.tBodies[0]!
  delete body.dataset.grouped
  const key = (row: HTMLTableRowElement) => row.cells[column]!.dataset.sort
  const rows = [...body.rows].sort((one, two) => {
    const [left, right] = [key(one), key(two)]
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined)
    const order = Number(left) - Number(right)
    const ascending = Number.isNaN(order) ? left.localeCompare(right, 'en', { numeric: true }) : order
    return direction === 'ascending' ? ascending : -ascending
  })
  body.append(...rows)
}
