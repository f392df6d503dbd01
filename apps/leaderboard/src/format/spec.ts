import { Analysis, type Colour, colourOf, highlight } from '@snnx/dsl/editor'

/** A stretch of a spec in one colour; `null`: in that of the text. */
export interface Piece {
  text: string
  colour: Colour | null
}

/** Cuts a spec into pieces by what its words mean, as an editor colours them; together they are the text. */
export function colourSpec(text: string): Piece[] {
  const pieces: Piece[] = []
  const put = (part: string, colour: Colour | null) => {
    if (part !== '') pieces.push({ text: part, colour })
  }
  let end = 0
  for (const found of highlight(new Analysis({ name: 'spec', text }))) {
    const colour = colourOf(found)
    if (colour === null) continue
    const { span } = found
    put(text.slice(end, span.start), null)
    put(text.slice(span.start, span.end), colour)
    end = span.end
  }
  put(text.slice(end), null)
  return pieces
}
