import { Analysis, highlight, type Role } from '@snnx/dsl/editor'
import { DATASETS } from '@snnx/ir'

/** A stretch of a spec in one colour; `null`: in that of the text. */
export interface Piece {
  text: string
  colour: Colour | null
}

type Colour = 'word' | 'name' | 'value' | 'number' | 'remark'

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

/** A name stands out where it is declared, and looks like the language's own words where it is one of `std/`. */
function colourName(declares: boolean, library: boolean, role: Role): Colour | null {
  if (role !== 'name' && role !== 'variable') return null
  if (declares) return 'name'
  return library && role === 'name' ? 'value' : null
}

/** Cuts a spec into pieces by what its words mean, as an editor colours them; together they are the text. */
export function colourSpec(text: string): Piece[] {
  const pieces: Piece[] = []
  const put = (part: string, colour: Colour | null) => {
    if (part !== '') pieces.push({ text: part, colour })
  }
  let end = 0
  for (const { span, role, declares, library } of highlight(
    new Analysis({ name: 'spec', text }, { datasets: DATASETS }),
  )) {
    const colour = COLOURS[role] ?? colourName(declares, library, role)
    if (colour === null) continue
    put(text.slice(end, span.start), null)
    put(text.slice(span.start, span.end), colour)
    end = span.end
  }
  put(text.slice(end), null)
  return pieces
}
