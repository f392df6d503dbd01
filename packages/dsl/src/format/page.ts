import { widthOf } from './spacing.ts'

/** Where the comments at the ends of lines stand, unless a line is longer. */
const REMARK_COLUMN = 41
const REMARK_GAP = 2

interface Line {
  text: string
  remark: string | null
}

/** Lines as they are written, one piece after another. */
export class Page {
  readonly #lines: Line[] = []
  #open = false
  #indent = 0

  /** The indentation of the line that is being written. */
  get indent(): number {
    return this.#indent
  }

  /** How many columns of the line are taken. */
  get column(): number {
    return this.#open ? widthOf(this.#lines.at(-1)!.text) : this.#indent
  }

  /** Whether anything stands on the line. */
  get started(): boolean {
    return this.#open
  }

  write(text: string): void {
    if (this.#open) this.#lines.at(-1)!.text += text
    else this.#lines.push({ text: ' '.repeat(this.#indent) + text, remark: null })
    this.#open = true
  }

  /** What is written next goes on a new line. */
  breakLine(indent: number): void {
    this.#indent = indent
    this.#open = false
  }

  /** A comment at the end of the line, which ends it. */
  remark(text: string): void {
    this.#lines.at(-1)!.remark = text
    this.breakLine(this.#indent)
  }

  /** A line, or several, as they are. */
  writeRaw(text: string): void {
    this.#lines.push({ text, remark: null })
    this.breakLine(this.#indent)
  }

  /** The text, its comments at line ends in one column where lines with such comments follow each other. */
  join(lineEnd: string): string {
    const columns = this.#lines.map(({ text, remark }) => (remark === null ? 0 : widthOf(text) + REMARK_GAP))
    for (let start = 0; start < columns.length; start++) {
      if (columns[start] === 0) continue
      let end = start
      while (columns[end] > 0) end++
      columns.fill(Math.max(REMARK_COLUMN, ...columns.slice(start, end)), start, end)
      start = end
    }
    return this.#lines
      .map(({ text, remark }, index) => {
        const padding = remark === null ? '' : ' '.repeat(columns[index] - widthOf(text))
        return `${text}${padding}${remark ?? ''}${lineEnd}`
      })
      .join('')
  }
}
