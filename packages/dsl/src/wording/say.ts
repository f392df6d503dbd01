import type { Diagnostic, Help, Label } from '../diagnostic.ts'
import type { Code } from '../explanations.ts'
import { MAX_LISTED, MAX_SHOWN } from '../limits.ts'
import { nearest } from '../nearest.ts'
import type { ValueType } from '../schema/type.ts'
import { DIMENSIONS, type Dimension } from '../schema/unit.ts'
import type { Span } from '../source.ts'

/** What a message may carry besides its text. */
export interface Extra {
  causes?: Label[]
  notes?: string[]
  help?: Help
  severity?: 'warning'
}

/** Builds a diagnostic. */
export function say(code: Code, span: Span, message: string, label: string, extra: Extra = {}): Diagnostic {
  const { causes = [], notes = [], help = null, severity = 'error' } = extra
  return { code, severity, message, span, label, causes, notes, help }
}

/** Text of the language within a sentence; of a very long one its beginning. */
export const code = (text: string) => `\`${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text}\``
/** Names in a row: `a`, `b` and `c`. */
export const all = (names: readonly string[], word = 'and'): string =>
  names.length > MAX_LISTED
    ? `${names.slice(0, MAX_LISTED).map(code).join(', ')} ${word} ${size(names.length - MAX_LISTED, 'more', 'more')}`
    : names.length < 2
      ? names.map(code).join('')
      : `${names.slice(0, -1).map(code).join(', ')} ${word} ${code(names.at(-1)!)}`
/** The place right after a span, where text can be inserted. */
export const after = (span: Span): Span => ({ start: span.end, end: span.end })
/** The place right before a span. */
export const before = (span: Span): Span => ({ start: span.start, end: span.start })
/** Help with the text to put in place of a span. */
export const insert = (message: string, { start, end }: Span, text: string): Help => ({
  text: message,
  edits: [{ start, end, text }],
})
/** Help in words alone. */
export const advise = (message: string): Help => ({ text: message, edits: [] })
/** A number of things: `1 value`, `20,000 values`. */
export const size = (count: number, noun: string, plural = `${noun}s`) =>
  `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`

/** The nearest known name as an edit, or else the list of what there is. */
export function known(span: Span, name: string, names: readonly string[]): Pick<Extra, 'help' | 'notes'> {
  const close = nearest(name, names)
  if (close !== null) return { help: insert('use the nearest known name', span, close) }
  if (names.length === 0) return {}
  const more = names.length - MOST_NAMES
  const shown = more > 0 ? `${names.slice(0, MOST_NAMES).map(code).join(', ')} and ${more} more` : all(names)
  return { notes: [`known here: ${shown}`] }
}

/** So many names still fit on a screen with the rest of a message. */
const MOST_NAMES = 30

/** What to write for a type, for labels: "a time, such as `2 steps` or `2 ms`". */
export function example(type: ValueType): string {
  if (type.takes === 'number')
    return `${type.noun}, such as ${type.dimensions.map((dimension) => code(exampleOf(dimension, type))).join(' or ')}`
  if (type.takes === 'choice' || type.takes === 'variant') {
    const options = Object.keys(type.options)
    return options.length === 0 ? type.noun : all(options, 'or')
  }
  if (type.takes === 'list') return `a list, such as ${code(`[${type.ordered?.example ?? listExample(type.of)}]`)}`
  if (type.takes === 'layers') return 'layers in a row, such as `flatten -> linear(10) -> cell -> rate`'
  if (type.takes === 'bounds')
    return `${type.noun}, such as ${type.dimensions.map((dimension) => code(exampleOf(dimension, type))).join(' or ')}`
  if (type.takes === 'device') return 'the name of a device, such as `spinnaker48`'
  if (type.takes === 'path') return `${type.noun}, such as ${code(`"${type.example}"`)}`
  return type.noun
}
const exampleOf = (dimension: Dimension, type: ValueType) =>
  dimension === 'number' && type.takes === 'number' && type.limits.whole ? '64' : DIMENSIONS[dimension].example
function listExample(of: ValueType): string {
  if (of.takes === 'choice') return Object.keys(of.options).slice(0, 2).join(', ')
  if (of.takes !== 'variant') return 'first, last'
  const forms = Object.entries(of.options).map(([name, { parameters }]) => {
    const given = Object.values(parameters).map(({ type }) =>
      type.takes === 'number' ? exampleOf(type.dimensions[0], type) : '...',
    )
    return given.length === 0 ? name : `${name}(${given.join(', ')})`
  })
  return forms.join(', ')
}
