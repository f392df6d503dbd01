/** A table of a FlatBuffer: where it begins. What lies outside the buffer is refused by the view, as a `RangeError`. */
export interface Table {
  view: DataView
  at: number
}

/** The root of a buffer, and the four characters that name its type. */
export function readRoot(bytes: Uint8Array): { table: Table; type: string } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const type = String.fromCharCode(...[4, 5, 6, 7].map((at) => view.getUint8(at)))
  return { table: { view, at: view.getUint32(0, true) }, type }
}

/** Where a field lies; `null` where it is left out and has its default. */
export function findField({ view, at }: Table, index: number): number | null {
  const offsets = at - view.getInt32(at, true)
  const entry = 4 + 2 * index
  const offset = entry < view.getUint16(offsets, true) ? view.getUint16(offsets + entry, true) : 0
  return offset === 0 ? null : at + offset
}

/** A vector of a field (a string is one of bytes): where its elements begin, and how many there are. */
export function findVector(table: Table, index: number, bytes: number): { start: number; length: number } | null {
  const field = findField(table, index)
  if (field === null) return null
  const { view } = table
  const at = field + view.getUint32(field, true)
  const length = view.getUint32(at, true)
  const start = at + 4
  if (start + bytes * length > view.byteLength) throw new RangeError('a vector is longer than its buffer')
  return { start, length }
}
