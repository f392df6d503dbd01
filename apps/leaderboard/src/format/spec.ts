import { Analysis, highlight, type Role } from '@snnx/dsl/editor'

/** A stretch of a spec in one colour; `null`: in that of the text. */
export interface Piece {
  text: string
  colour: Colour | null
}

type Colour = 'word' | 'name' | 'value' | 'number' | 'remark'

const COLOURS: Readonly<Partial<Record<Role, Colour>>> = {
  keyword: 'word',
  kind: 'word',
  name: 'name',
  variable: 'name',
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

/** Cuts a spec into pieces by what its words mean, as an editor colours them; together they are the text. */
export function colourSpec(text: string): Piece[] {
  const pieces: Piece[] = []
  const put = (part: string, colour: Colour | null) => {
    if (part !== '') pieces.push({ text: part, colour })
  }
  let end = 0
  for (const { span, role } of highlight(new Analysis({ name: 'spec', text }))) {
    const colour = COLOURS[role] ?? null
    if (colour === null) continue
    put(text.slice(end, span.start), null)
    put(text.slice(span.start, span.end), colour)
    end = span.end
  }
  put(text.slice(end), null)
  return pieces
}
