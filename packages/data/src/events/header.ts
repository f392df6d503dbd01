/** The lines of text before a recording's data, without their line ends, and where the data begin. */
export interface Header {
  lines: readonly string[]
  end: number
}

/**
 * Reads the lines at the start that begin with `mark`, up to one that is known to be the last: data could begin with the same
 * bytes.
 */
export function readHeader(content: Uint8Array, mark: string, last: RegExp): Header {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length)
  const lines: string[] = []
  let end = 0
  while (bytes.toString('latin1', end, end + mark.length) === mark) {
    const stop = bytes.indexOf(10, end)
    const next = stop < 0 ? bytes.length : stop + 1
    lines.push(bytes.toString('latin1', end, next).trimEnd())
    end = next
    if (last.test(lines.at(-1)!)) break
  }
  return { lines, end }
}

/** What follows `key` in the first line that begins with it: `findEntry(lines, 'Width')` of `% Width 640` is `640`. */
export function findEntry(lines: readonly string[], key: string): string | null {
  const entry = new RegExp(`^\\W*${key}\\b:?\\s*(.*)$`, 'i')
  for (const line of lines) {
    const found = entry.exec(line)
    if (found !== null) return found[1]!
  }
  return null
}
