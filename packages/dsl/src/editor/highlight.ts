import type { Span } from '../source.ts'
import type { Analysis } from './analysis.ts'
import type { Role } from './meaning.ts'

/** A stretch of text in one colour. */
export interface Highlight {
  span: Span
  role: Role
  declares: boolean
  /** A word of the language or a name of `std/`. */
  library: boolean
}

/** All that is coloured in a text, in order and without overlap. */
export function highlight({ meanings }: Analysis): Highlight[] {
  return meanings.map(({ span, role, declares, target }) => {
    const library =
      role === 'base' || (role === 'layer' && target === null) || (target?.component.source ?? null) !== null
    return { span, role, declares, library }
  })
}
