import type { Host, Source, Tint } from '@snnx/dsl'
import { Analysis, colourOf, highlight } from '@snnx/dsl/editor'

/** The colours of a file's words, worked out once for each file. Loaded only where there is something to colour. */
export function createTint(host: Host): (file: Source) => readonly Tint[] {
  const known = new Map<Source, Tint[]>()
  return (file) => {
    const tints = known.get(file) ?? tintFile(file, host)
    known.set(file, tints)
    return tints
  }
}

function tintFile(file: Source, host: Host): Tint[] {
  return highlight(new Analysis(file, host)).flatMap((found) => {
    const colour = colourOf(found)
    return colour === null ? [] : [{ span: found.span, colour }]
  })
}
