import type { IToken } from 'chevrotain'

/** The `///` lines directly above the statement at `offset`, without their slashes, joined by line ends. */
export function docAbove(text: string, docs: readonly IToken[], offset: number): string {
  const lines: string[] = []
  let end = offset
  for (const doc of docs.toReversed()) {
    const docEnd = doc.startOffset + doc.image.length
    if (docEnd > end) continue
    if (!/^[ \t]*(\r\n|\r|\n)[ \t]*$/.test(text.slice(docEnd, end))) break
    lines.unshift(doc.image.slice(3).trim())
    end = doc.startOffset
  }
  return lines.join('\n')
}
