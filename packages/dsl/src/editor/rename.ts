import { NAME, TAKEN } from '../check/declare.ts'
import type { Edit } from '../diagnostic.ts'
import type { Span } from '../source.ts'
import type { Analysis } from './analysis.ts'
import type { Meaning } from './meaning.ts'
import { mentions } from './navigate.ts'
import { listAddresses, numbersOf } from './scope.ts'

/** Why a name cannot be changed, in words for the user. */
export interface Refusal {
  refused: string
}

/** The name at an offset that can be changed, or why there is none. */
export function prepareRename(analysis: Analysis, offset: number): { span: Span; text: string } | Refusal {
  const found = findName(analysis, offset)
  return 'refused' in found ? found : { span: found.span, text: found.text }
}

/** The changes that give another name to what is at an offset, everywhere in the text. */
export function rename(analysis: Analysis, offset: number, name: string): Edit[] | Refusal {
  const found = findName(analysis, offset)
  if ('refused' in found) return found
  const refused = refuseName(analysis, found, name)
  if (refused !== null) return { refused }
  return mentions(analysis, found.target!)
    .filter(({ text }) => text === found.text)
    .map(({ span }) => ({ ...span, text: name }))
}

function findName(analysis: Analysis, offset: number): Meaning | Refusal {
  const meaning = analysis.meaningAt(offset)
  if (meaning === null) return { refused: 'there is no name here' }
  const { text, role, target } = meaning
  if (target === null) {
    if (role === 'unknown') return { refused: `\`${text}\` is not declared` }
    return { refused: `\`${text}\` is a word of the language` }
  }
  const { component } = target
  // A block without a name is addressed by its kind, and a key has the name that the language gives it.
  const isWord = target.kind === 'key' || component.name === null
  if (isWord) return { refused: `\`${text}\` is a word of the language` }
  if (component.source !== null) return { refused: `\`${text}\` is declared in ${component.source.name}` }
  const shadows = target.kind === 'component' && analysis.scope.library.some(({ name }) => name?.image === text)
  if (shadows && usesLibrary(analysis))
    return { refused: `\`${text}\` stands for the one of std in networks of std by its name` }
  return meaning
}

function refuseName({ scope }: Analysis, { text, target }: Meaning, name: string): string | null {
  if (name === text) return null
  if (!NAME.test(name)) return `\`${name}\` is no name: names are snake_case`
  if (TAKEN.has(name) || Object.hasOwn(scope.schema, name)) return `\`${name}\` is a word of the language`
  const others =
    target!.kind === 'number'
      ? [...numbersOf(scope, target!.component), ...Object.keys(scope.schema.network.keys)]
      : listAddresses(scope).map((other) => other.name)
  return others.includes(name) ? `there is a \`${name}\` already` : null
}

/** Whether a network of `std/` is used, whose layers find the text's own names first. */
function usesLibrary({ meanings }: Analysis): boolean {
  return meanings.some(
    ({ target }) =>
      target?.component.source !== undefined &&
      target?.component.source !== null &&
      target.component.kind === 'network',
  )
}
