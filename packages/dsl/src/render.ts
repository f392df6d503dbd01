import { maskControls } from '@snnx/ir'
import type { Diagnostic, Help, Label } from './diagnostic.ts'
import { linesOf, locate, type Source, type Span } from './source.ts'

const PAINT = { error: 31, warning: 33, frame: 34, help: 36, bold: 1 } as const
type Paint = (style: keyof typeof PAINT, text: string) => string

/** Draws a diagnostic over its source, in the manner of rustc; ends without a line break. */
export function renderDiagnostic(diagnostic: Diagnostic, source: Source, { colour }: { colour: boolean }): string {
  const paint: Paint = (style, text) =>
    colour && text !== '' ? `\u001b[${style === 'bold' ? 1 : `1;${PAINT[style]}`}m${text}\u001b[0m` : text
  const { code, severity, message, span, label, causes, notes, help } = diagnostic
  const labels = [{ span, text: label }, ...causes]
  const { line, column } = locate(source.text, span.start)
  const spans = [...labels.map((labelled) => labelled.span), ...(help?.edit ? [help.edit.span] : [])]
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
  const placed = labels.map((label, index) => ({ ...label, ...locate(text, label.span.start), primary: index === 0 }))
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
      .sort((a, b) => b.column - a.column)
      .map(({ column, span, text: said, primary }) => {
        const mark = (primary ? '^' : '-').repeat(widthOf(span, text))
        return row(
          gutter(),
          `${' '.repeat(column - 1)}${paint(primary ? severity : 'frame', `${mark} ${maskControls(said)}`.trimEnd())}`,
        )
      })
    return [...between, row(gutter(String(number)), maskControls(lines[number - 1])), ...marks]
  })
}

function drawHelp({ message, edit }: Help, text: string, gutter: (text?: string) => string, paint: Paint): string[] {
  const head = `${paint('help', 'help')}: ${maskControls(message)}`
  if (edit === null) return [head]
  const edited = text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end)
  const inserted = edit.text.trim()
  const start = edit.span.start + edit.text.indexOf(inserted)
  const { line, column } = locate(edited, start)
  const mark = (edit.span.start === edit.span.end ? '+' : '~').repeat(Array.from(inserted).length)
  const marks = mark === '' ? [] : [row(gutter(), `${' '.repeat(column - 1)}${paint('help', mark)}`)]
  return [head, gutter(), row(gutter(String(line)), maskControls(linesOf(edited)[line - 1])), ...marks]
}

/** A tab takes one column here, as it does in positions. */
function row(gutter: string, text: string): string {
  return `${gutter} ${text.replaceAll('\t', ' ')}`.trimEnd()
}

/** How many characters of the span's first line are marked; an empty span marks one. */
function widthOf({ start, end }: Span, text: string): number {
  return Math.max(1, Array.from(linesOf(text.slice(start, end))[0]).length)
}
