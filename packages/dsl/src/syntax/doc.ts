import type { IToken } from 'chevrotain'

/**
 * The `///` lines directly above the statement at `offset`, without their slashes, joined by line ends.
 * @param docs all of the text, in its order
 */
export function docAbove(text: string, docs: readonly IToken[], offset: number): string {
  const lines: string[] = []
  let end = offset
  for (let index = lastBefore(docs, offset); index >= 0; index--) {
    const doc = docs[index]
    if (!/^[ \t]*(\r\n|\r|\n)[ \t]*$/.test(text.slice(doc.startOffset + doc.image.length, end))) break
    lines.unshift(doc.image.slice(3).trim())
    end = doc.startOffset
  }
  return lines.join('\n')
}

/** The index of the last line that starts before an offset; -1 where there is none. */
function lastBefore(docs: readonly IToken[], offset: number): number {
  let [low, high] = [0, docs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (docs[middle].startOffset < offset) low = middle + 1
    else high = middle
  }
  return low - 1
}
