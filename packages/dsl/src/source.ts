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

let latest: { text: string; starts: number[] } = { text: '', starts: [0] }

/** Where each line of the text starts; of the text that was asked for last it is known, as diagnostics come many at once. */
function lineStarts(text: string): number[] {
  if (latest.text !== text)
    latest = {
      text,
      starts: [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (found) => found.index + found[0].length)],
    }
  return latest.starts
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

/** Where a line of a text starts, by its number, from 1. */
export function lineStart(text: string, line: number): number {
  return lineStarts(text)[line - 1]
}

/** A line of a text by its number, from 1, without its line break. */
export function lineOf(text: string, line: number): string {
  const starts = lineStarts(text)
  return text.slice(starts[line - 1], starts[line]).replace(/[\r\n]+$/, '')
}

/** The line and column of an offset. */
export function locate(text: string, offset: number): Position {
  const line = lineFinder(text)(offset)
  return { line, column: Array.from(text.slice(lineStarts(text)[line - 1], offset)).length + 1 }
}
