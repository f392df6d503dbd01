/** A text with the name it is shown under. */
export interface Source {
  name: string
  text: string
}

/** A stretch of a source, in UTF-16 offsets; `end` is exclusive. */
export interface Span {
  start: number
  end: number
  /** The imported file that it is a stretch of; without it the source itself. */
  file?: string
}

/** A place as a person counts: both from 1, columns in characters. */
export interface Position {
  line: number
  column: number
}

/** The lines of a text, without their line breaks. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/)
}

/** Where each line of the text starts. */
function lineStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (found) => found.index + found[0].length)]
}

/** Finds the line, from 1, of any offset of a text. */
export function lineFinder(text: string): (offset: number) => number {
  const starts = lineStarts(text)
  return (offset) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle] <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

/** The line and column of an offset. */
export function locate(text: string, offset: number): Position {
  const starts = lineStarts(text.slice(0, offset))
  const lineStart = starts.at(-1)!
  return { line: starts.length, column: Array.from(text.slice(lineStart, offset)).length + 1 }
}
