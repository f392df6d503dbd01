import { maskControls } from '@snnx/ir'
import type { Diagnostic, Edit, Label, Severity } from './diagnostic.ts'
import type { Colour } from './editor/colour.ts'
import { lineOf, lineStart, linesOf, locate, type Source, type Span } from './source.ts'
import { displayWidth } from './width.ts'

const PAINT = { error: 31, warning: 33, frame: 34, help: 36, bold: 1 } as const
type Paint = (style: keyof typeof PAINT, text: string) => string

/** How a diagnostic is drawn: in colour or not, and over which files that the source imports. */
export interface Style {
  colour: boolean
  imported?: readonly Source[]
  /** The colours of a file's words, in order, as the editor's highlighter has them; without it its lines have none. */
  tint?: (file: Source) => readonly Tint[]
}

export interface Tint {
  span: Span
  colour: Colour
}

/** Never bold, so that marks and labels stand out; what is not here has the colour of the text. */
const TINTS: Readonly<Partial<Record<Colour, number>>> = { word: 35, value: 36, number: 33, remark: 90 }

/** What all parts of one drawing share: its files, its colours, and a gutter as wide as its largest line number. */
interface Canvas {
  fileOf(span: Span): Source
  gutter(text?: string): string
  paint: Paint
  tint(file: Source): readonly Tint[]
  indent: string
}

/** Draws a diagnostic over its source and what that imports, in the manner of rustc; ends without a line break. */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  source: Source,
  { colour, imported = [], tint }: Style,
): string {
  const paint: Paint = (style, text) =>
    colour && text !== '' ? `\u001b[${style === 'bold' ? 1 : `1;${PAINT[style]}`}m${text}\u001b[0m` : text
  const { code, severity, message, span, label, causes, notes, help } = diagnostic
  const fileOf = (at: Span) =>
    (at.file === undefined ? undefined : imported.find(({ name }) => name === at.file)) ?? source
  const labels = [{ span, text: label }, ...causes]
  const spans = [...labels.map((labelled) => labelled.span), ...(help?.edits ?? [])]
  const width = String(Math.max(...spans.map((at) => locate(fileOf(at).text, at.start).line))).length
  const indent = ' '.repeat(width)
  const tints = (file: Source) => (colour && tint ? tint(file) : [])
  const canvas = {
    fileOf,
    paint,
    tint: tints,
    indent,
    gutter: (text = '') => paint('frame', `${text.padStart(width)} |`),
  }
  return [
    `${paint(severity, `${severity}[${code}]`)}${paint('bold', `: ${maskControls(message)}`)}`,
    ...drawFiles(labels, severity, canvas),
    ...notes.map((note) => `${indent} ${paint('frame', '=')} ${paint('bold', 'note')}: ${maskControls(note)}`),
    ...(help === null ? [] : [`${paint('help', 'help')}: ${maskControls(help.text)}`]),
    ...(help?.edits ?? []).flatMap((edit) => drawEdit(edit, fileOf(span), canvas)),
  ].join('\n')
}

/** The marked lines, file by file; that of the mistake itself comes first. */
function drawFiles(labels: readonly Label[], severity: Severity, canvas: Canvas): string[] {
  const { fileOf, paint, indent, gutter } = canvas
  const files = [...new Set(labels.map(({ span }) => fileOf(span)))]
  return files.flatMap((file, index) => {
    const inside = labels.filter(({ span }) => fileOf(span) === file)
    const { line, column } = locate(file.text, inside[0].span.start)
    const arrow = paint('frame', index === 0 ? '-->' : ':::')
    const marked = inside.map((label) => ({ ...label, primary: label === labels[0] }))
    return [
      `${indent}${arrow} ${maskControls(file.name)}:${line}:${column}`,
      gutter(),
      ...drawLabels(marked, severity, file, canvas),
    ]
  })
}

/** The marked lines in order; one line between two is shown, more are left out. */
function drawLabels(
  labels: readonly (Label & { primary: boolean })[],
  severity: Severity,
  file: Source,
  { gutter, paint, tint }: Canvas,
): string[] {
  const { text } = file
  const tints = tint(file)
  const placed = labels.map((label) => ({
    ...label,
    line: locate(text, label.span.start).line,
    indent: displayWidth(before(text, label.span.start)),
  }))
  const numbers = [...new Set(placed.map(({ line }) => line))].sort((a, b) => a - b)
  return numbers.flatMap((number, index) => {
    const gap = number - (numbers[index - 1] ?? number)
    const between =
      gap === 2
        ? [row(gutter(String(number - 1)), drawLine(text, number - 1, 0, tints))]
        : gap > 2
          ? [paint('frame', '...')]
          : []
    const here = placed.filter(({ line }) => line === number)
    const cut = cutBefore(lineOf(text, number), Math.min(...here.map(({ indent }) => indent)))
    const marks = here
      .sort((a, b) => b.indent - a.indent)
      .map(({ indent, span, text: said, primary }) => {
        const mark = (primary ? '^' : '-').repeat(Math.min(widthOf(span, text), MOST_COLUMNS))
        return row(
          gutter(),
          `${' '.repeat(indent - cut)}${paint(primary ? severity : 'frame', `${mark} ${maskControls(said)}`.trimEnd())}`,
        )
      })
    return [...between, row(gutter(String(number)), drawLine(text, number, cut, tints)), ...marks]
  })
}

/** A line of a file from a column on; its words have their colours where it is shown whole. */
function drawLine(text: string, number: number, cut: number, tints: readonly Tint[]): string {
  const line = maskControls(lineOf(text, number)) // a mark for a mark: places stay
  if (tints.length === 0 || displayWidth(line) > MOST_COLUMNS) return clip(line, cut)
  const start = lineStart(text, number)
  let [drawn, end] = ['', 0]
  for (const { span, colour } of tints) {
    const [from, to] = [span.start - start, Math.min(span.end - start, line.trimEnd().length)]
    if (TINTS[colour] === undefined || from < end || to <= from) continue
    drawn += `${line.slice(end, from)}\u001b[${TINTS[colour]}m${line.slice(from, to)}\u001b[0m`
    end = to
  }
  return drawn + line.slice(end)
}

/** The line as it is with the edit made, and what is new in it. */
function drawEdit(edit: Edit, shown: Source, { fileOf, gutter, paint, indent: margin }: Canvas): string[] {
  const { start, end, text: written } = edit
  const { name, text } = fileOf(edit)
  const edited = text.slice(0, start) + written + text.slice(end)
  const inserted = written.trim()
  const at = start + written.indexOf(inserted)
  const { line } = locate(edited, at)
  const mark = (start === end ? '+' : '~').repeat(displayWidth(linesOf(inserted)[0]))
  const column = displayWidth(before(edited, at))
  const whole = linesOf(edited)[line - 1]
  const cut = cutBefore(whole, column)
  const indent = ' '.repeat(column - cut)
  const marks = mark === '' ? [] : [row(gutter(), `${indent}${paint('help', mark)}`)]
  const elsewhere = name === shown.name ? [] : [`${margin}${paint('frame', ':::')} ${maskControls(name)}`]
  return [...elsewhere, gutter(), row(gutter(String(line)), clip(maskControls(whole), cut)), ...marks]
}

/** A longer line is not shown whole: what is marked stays in sight, and an error on one screen. */
const MOST_COLUMNS = 160

/** How much is cut off before what is marked, in columns. */
function cutBefore(line: string, first: number): number {
  return displayWidth(line) <= MOST_COLUMNS ? 0 : Math.max(0, first - MOST_COLUMNS / 4)
}

/** A long line from a column on, with dots where something is left out. */
function clip(line: string, cut: number): string {
  if (displayWidth(line) <= MOST_COLUMNS) return line
  let [width, shown] = [0, '']
  for (const character of line) {
    if (width >= cut + MOST_COLUMNS) break
    if (width >= cut) shown += character
    width += displayWidth(character)
  }
  const [start, end] = [cut > 0 ? '...' : '', width < displayWidth(line) ? '...' : '']
  return `${start}${shown.slice(start.length)}${end}`
}

/** A tab takes one column here, as it does in positions. */
function row(gutter: string, text: string): string {
  return `${gutter} ${text.replaceAll('\t', ' ')}`.trimEnd()
}

/** What stands on the line before an offset. */
function before(text: string, offset: number): string {
  const last = (sign: string) => (offset === 0 ? -1 : text.lastIndexOf(sign, offset - 1))
  return text.slice(Math.max(last('\n'), last('\r')) + 1, offset)
}

/** How many columns of the span's first line are marked; an empty span marks one. */
function widthOf({ start, end }: Span, text: string): number {
  return Math.max(1, displayWidth(linesOf(text.slice(start, end))[0]))
}
