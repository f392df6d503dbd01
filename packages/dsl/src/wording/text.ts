import type { Diagnostic, Help } from '../diagnostic.ts'
import type { Span } from '../source.ts'
import { advise, code, insert, say, size } from './say.ts'

// Messages about the text itself: SNX01.
export function unknownText(span: Span, text: string, whole: string): Diagnostic {
  if (text.startsWith('"'))
    return say('SNX0108', span, 'a text is not closed', 'starts here', {
      help: advise('close it with `"` on the same line'),
    })
  const habit = habitOf(span, text, whole)
  if (habit !== null)
    return say('SNX0101', span, `${code(text)} means nothing here`, 'not part of the language', { help: habit })
  const shown = text.length > 20 ? `${text.slice(0, 20)}...` : text
  const isComment = whole.startsWith('//', span.start) || whole.startsWith('/*', span.start)
  const help = isComment ? { help: advise('comments start with `#`, documentation with `///`') } : {}
  return say('SNX0101', span, `${code(shown)} means nothing here`, 'not part of the language', help)
}
/** What somebody meant who is used to another language. */
function habitOf(span: Span, text: string, whole: string): Help | null {
  if (text === ';') return insert('a statement ends with its line', span, '')
  if (text === '>') return insert('join layers with an arrow', span, '->')
  if (text === '\u2212' || text === '\u2013') return insert('write a plain minus sign', span, '-')
  const inName = /\w/.test(whole[span.start - 1] ?? '') && /\w/.test(whole[span.end] ?? '')
  return text === '-' && inName ? insert('write names in snake_case', span, '_') : null
}
export const unexpected = (span: Span, expected: string, found: string, help?: Help) =>
  say('SNX0102', span, `expected ${expected}, found ${found}`, `expected ${expected}`, help && { help })
export const valueBelow = (span: Span) =>
  say('SNX0102', span, 'expected a value, found the end of the line', 'expected a value', {
    help: advise('start the value on this line; it goes on after `->` and inside brackets'),
  })
export const missingArrow = (span: Span, found: string) =>
  say('SNX0102', span, `expected \`->\` or \`}\`, found ${found}`, 'expected `->`', {
    help: insert('join the layers', span, ' ->'),
  })
export const unclosedBracket = (span: Span, bracket: string) =>
  say('SNX0103', span, `${code(bracket)} is never closed`, 'opened here')
export const unopenedBracket = (span: Span, bracket: string) =>
  say('SNX0103', span, `${code(bracket)} closes nothing`, 'nothing is open here', {
    help: advise('remove it'),
  })
export const mismatchedBracket = (span: Span, found: string, opener: Span, opened: string) =>
  say('SNX0103', span, `${code(found)} does not close ${code(opened)}`, 'the wrong bracket', {
    causes: [{ span: opener, text: 'opened here' }],
  })
export const missingHeader = (late: Span | null, start: number) =>
  say(
    'SNX0104',
    late ?? { start, end: start },
    'the file does not start with its version',
    late === null ? 'expected `snnx 1`' : 'comes too late',
    {
      help:
        late === null
          ? insert('write the version first', { start, end: start }, 'snnx 1\n')
          : advise('move it to the top of the file'),
    },
  )
export const unknownVersion = (span: Span, version: string, supported: string) =>
  say('SNX0105', span, `version ${version} of the language is not known`, `this program reads version ${supported}`, {
    help: insert('write the version that is known', span, supported),
  })
export const laterVersion = (span: Span, version: string, supported: string) =>
  say(
    'SNX0105',
    span,
    `the file is written in version ${version} of the language, which this program does not read yet`,
    `this program reads version ${supported}`,
    { help: advise('update snnx; what else the file says was not looked at') },
  )
export const noExperiment = (end: number) =>
  say('SNX0106', { start: end, end }, 'the file holds no experiment', 'expected `experiment NAME { ... }`')
export const nestedTooDeep = (span: Span, limit: number) =>
  say('SNX0107', span, `brackets are nested more than ${limit} deep`, 'too deep')
export const tooLong = (span: Span, length: number, limit: number) =>
  say(
    'SNX0107',
    span,
    `the file has ${size(length, 'character')}, more than the ${limit.toLocaleString('en')} that are read`,
    'too long',
  )
export const basesTooDeep = (span: Span, name: string, limit: number) =>
  say('SNX0107', span, `${code(name)} lies under a chain of more than ${limit} bases`, 'too deep')
export const layersTooDeep = (span: Span, limit: number) =>
  say('SNX0107', span, `layers are nested more than ${limit} deep`, 'too deep')
export const tooManyLayers = (span: Span, limit: number) =>
  say('SNX0107', span, `the network has more than ${size(limit, 'layer')}, with all repetitions and parts`, 'too many')
export const moreMistakes = (span: Span, more: number) =>
  say('SNX0110', span, `${size(more, 'more mistake')} from here on`, 'not shown', {
    severity: 'warning',
    help: advise('mend those above first'),
  })
