import { maskControls } from '@snnx/ir'
import type { Diagnostic, Edit, Help, Label } from './diagnostic.ts'
import { linesOf, locate, type Source, type Span } from './source.ts'
import { displayWidth } from './width.ts'

const PAINT = { error: 31, warning: 33, frame: 34, help: 36, bold: 1 } as const
type Paint = (style: keyof typeof PAINT, text: string) => string

/** Draws a diagnostic over its source, in the manner of rustc; ends without a line break. */
export function renderDiagnostic(diagnostic: Diagnostic, source: Source, { colour }: { colour: boolean }): string {
  const paint: Paint = (style, text) =>
    colour && text !== '' ? `\u001b[${style === 'bold' ? 1 : `1;${PAINT[style]}`}m${text}\u001b[0m` : text
  const { code, severity, message, span, label, causes, notes, help } = diagnostic
  const labels = [{ span, text: label }, ...causes]
  const { line, column } = locate(source.text, span.start)
  const spans = [...labels.map((labelled) => labelled.span), ...(help?.edits ?? [])]
  const width = String(Math.max(...spans.map(({ start }) => locate(source.text, start).line))).length
  const gutter = (text = '') => paint('frame', `${text.padStart(width)} |`)
  return [
    `${paint(severity, `${severity}[${code}]`)}${paint('bold', `: ${maskControls(message)}`)}`,
    `${' '.repeat(width)}${paint('frame', '-->')} ${maskControls(source.name)}:${line}:${column}`,
    gutter(),
    ...drawLabels(labels, severity, source.text, gutter, paint),
    ...notes.map(
      (note) => `${' '.repeat(width)} ${paint('frame', '=')} ${paint('bold', 'note')}: ${maskControls(note)}`,
    ),
    ...(help === null ? [] : drawHelp(help, source.text, gutter, paint)),
  ].join('\n')
}

/** The marked lines in order; one line between two is shown, more are left out. */
function drawLabels(
  labels: Label[],
  severity: 'error' | 'warning',
  text: string,
  gutter: (text?: string) => string,
  paint: Paint,
): string[] {
  const lines = linesOf(text)
  const placed = labels.map((label, index) => ({
    ...label,
    line: locate(text, label.span.start).line,
    indent: displayWidth(before(text, label.span.start)),
    primary: index === 0,
  }))
  const numbers = [...new Set(placed.map(({ line }) => line))].sort((a, b) => a - b)
  return numbers.flatMap((number, index) => {
    const gap = number - (numbers[index - 1] ?? number)
    const between =
      gap === 2
        ? [row(gutter(String(number - 1)), maskControls(lines[number - 2]))]
        : gap > 2
          ? [paint('frame', '...')]
          : []
    const marks = placed
      .filter(({ line }) => line === number)
      .sort((a, b) => b.indent - a.indent)
      .map(({ indent, span, text: said, primary }) => {
        const mark = (primary ? '^' : '-').repeat(widthOf(span, text))
        return row(
          gutter(),
          `${' '.repeat(indent)}${paint(primary ? severity : 'frame', `${mark} ${maskControls(said)}`.trimEnd())}`,
        )
      })
    return [...between, row(gutter(String(number)), maskControls(lines[number - 1])), ...marks]
  })
}

function drawHelp(
  { text: said, edits }: Help,
  text: string,
  gutter: (text?: string) => string,
  paint: Paint,
): string[] {
  const drawn = edits.flatMap((edit) => drawEdit(edit, text, gutter, paint))
  return [`${paint('help', 'help')}: ${maskControls(said)}`, ...drawn]
}

/** The line as it is with the edit made, and what is new in it. */
function drawEdit({ start, end, text: written }: Edit, text: string, gutter: (text?: string) => string, paint: Paint) {
  const edited = text.slice(0, start) + written + text.slice(end)
  const inserted = written.trim()
  const at = start + written.indexOf(inserted)
  const { line } = locate(edited, at)
  const shown = linesOf(edited)[line - 1]
  const mark = (start === end ? '+' : '~').repeat(displayWidth(linesOf(inserted)[0]))
  const indent = ' '.repeat(displayWidth(before(edited, at)))
  const marks = mark === '' ? [] : [row(gutter(), `${indent}${paint('help', mark)}`)]
  return [gutter(), row(gutter(String(line)), maskControls(shown)), ...marks]
}

/** A tab takes one column here, as it does in positions. */
function row(gutter: string, text: string): string {
  return `${gutter} ${text.replaceAll('\t', ' ')}`.trimEnd()
}

/** What stands on the line before an offset. */
function before(text: string, offset: number): string {
  return linesOf(text.slice(0, offset)).at(-1)!
}

/** How many columns of the span's first line are marked; an empty span marks one. */
function widthOf({ start, end }: Span, text: string): number {
  return Math.max(1, displayWidth(linesOf(text.slice(start, end))[0]))
}
