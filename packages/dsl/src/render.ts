import { maskControls } from '@snnx/ir'
import type { Diagnostic, Edit, Help, Label } from './diagnostic.ts'
import { lineFinder, lineOf, lineStart, linesOf, locate, type Source } from './source.ts'
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
  const placed = labels.map((label, index) => ({ ...label, ...placeOf(text, label.span.start), primary: index === 0 }))
  const numbers = [...new Set(placed.map(({ line }) => line))].sort((a, b) => a - b)
  return numbers.flatMap((number, index) => {
    const gap = number - (numbers[index - 1] ?? number)
    const between =
      gap === 2
        ? [row(gutter(String(number - 1)), frame(lineOf(text, number - 1), 0).shown)]
        : gap > 2
          ? [paint('frame', '...')]
          : []
    const here = placed.filter(({ line }) => line === number).sort((a, b) => b.at - a.at)
    const { shown, columns } = frame(lineOf(text, number), (here.find(({ primary }) => primary) ?? here[0]).at)
    const marks = here.map(({ at, span, text: said, primary }) => {
      const { indent, width } = columns(at, at + span.end - span.start)
      const mark = (primary ? '^' : '-').repeat(width)
      return row(
        gutter(),
        `${' '.repeat(indent)}${paint(primary ? severity : 'frame', `${mark} ${maskControls(said)}`.trimEnd())}`,
      )
    })
    return [...between, row(gutter(String(number)), shown), ...marks]
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
  const first = placeOf(text, start)
  const last = placeOf(text, end)
  const inserted = written.trim()
  const before = linesOf(lineOf(text, first.line).slice(0, first.at) + written.slice(0, written.indexOf(inserted)))
  const rest = linesOf(inserted)
  const tail = rest.length === 1 ? written.slice(written.indexOf(inserted) + inserted.length) : ''
  const after = rest.length === 1 ? linesOf(tail + lineOf(text, last.line).slice(last.at))[0] : ''
  const at = before.at(-1)!.length
  const { shown, columns } = frame(before.at(-1)! + rest[0] + after, at)
  const { indent, width } = columns(at, at + rest[0].length)
  const mark = (start === end ? '+' : '~').repeat(width)
  const marks = inserted === '' ? [] : [row(gutter(), `${' '.repeat(indent)}${paint('help', mark)}`)]
  return [gutter(), row(gutter(String(first.line + before.length - 1)), shown), ...marks]
}

/** The line of an offset, and how many characters of it come before. */
function placeOf(text: string, offset: number): { line: number; at: number } {
  const line = lineFinder(text)(offset)
  return { line, at: Math.min(offset - lineStart(text, line), lineOf(text, line).length) }
}

/** Half a character, where the cut goes through one. */
const LONE = /\p{Surrogate}/gu
const REPLACEMENT = '\uFFFD'
/** More of a line than this is no help to anybody. */
const WIDEST = 400

/** A line, or of a long one what is around `focus`, and the columns of its characters there; an empty stretch takes one. */
function frame(line: string, focus: number) {
  const from = line.length <= WIDEST ? 0 : Math.max(0, Math.min(focus - WIDEST / 4, line.length - WIDEST))
  const to = Math.min(line.length, from + WIDEST)
  const head = from === 0 ? '' : '...'
  const within = (at: number) => Math.max(from, Math.min(to, at))
  const widthOf = (start: number, end: number) => displayWidth(line.slice(within(start), within(end)))
  return {
    shown: maskControls(`${head}${line.slice(from, to)}${to === line.length ? '' : '...'}`.replace(LONE, REPLACEMENT)),
    columns: (start: number, end: number) => ({
      indent: head.length + widthOf(from, start),
      width: Math.max(1, widthOf(start, end)),
    }),
  }
}

/** A tab takes one column here, as it does in positions. */
function row(gutter: string, text: string): string {
  return `${gutter} ${text.replaceAll('\t', ' ')}`.trimEnd()
}
