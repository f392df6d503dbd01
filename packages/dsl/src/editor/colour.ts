import type { Highlight } from './highlight.ts'
import type { Role } from './meaning.ts'

/** The colours of a text: words of the language, declared names, values, numbers and remarks. */
export type Colour = 'word' | 'name' | 'value' | 'number' | 'remark'

const COLOURS: Readonly<Partial<Record<Role, Colour>>> = {
  keyword: 'word',
  kind: 'word',
  base: 'value',
  option: 'value',
  form: 'value',
  layer: 'value',
  figure: 'value',
  number: 'number',
  unit: 'number',
  text: 'number',
  comment: 'remark',
  documentation: 'remark',
}

/**
 * The colour of a word, the same on a page and in a terminal; `null`: that of the text. A name stands out where it is declared,
 * and looks like the language's own words where it is one of `std/`.
 */
export function colourOf({ role, declares, library }: Highlight): Colour | null {
  if (role !== 'name' && role !== 'variable') return COLOURS[role] ?? null
  if (declares) return 'name'
  return library && role === 'name' ? 'value' : null
}
