/** Words of a row of `row` spikes. */
export function wordsOf(row: number): number {
  return Math.ceil(row / 32)
}

/** How many rows `elements` make. @throws RangeError when they make none */
export function rowsOf(elements: number, row: number): number {
  if (!(row > 0) || elements % row !== 0) throw new RangeError(`${elements} elements are no rows of ${row}`)
  return elements / row
}

/** @throws RangeError unless the array has `length` elements */
export function checkLength(name: string, array: ArrayLike<unknown>, length: number): void {
  if (array.length !== length) throw new RangeError(`${name} has ${array.length} elements, not ${length}`)
}
