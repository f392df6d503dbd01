import type { Span } from '../source.ts'
import { advise, all, code, insert, known, say } from './say.ts'

// Messages about what is outside of the file: SNX03.
export const noFile = (span: Span, path: string, from: string, canRead: boolean) =>
  say(
    'SNX0315',
    span,
    canRead ? `there is no file ${code(path)} beside ${code(from)}` : `${code(path)} cannot be read here`,
    canRead ? 'not found' : 'not to be read',
    {
      ...(canRead && { notes: ['a path begins in the folder of the file that imports'] }),
      ...(!path.endsWith('.snnx') && {
        help: insert('write the end of the name', { start: span.end - 1, end: span.end - 1 }, '.snnx'),
      }),
    },
  )
export const absolutePath = (span: Span, path: string) =>
  say('SNX0315', span, `${code(path)} is no path of a file beside this one`, 'not a relative path', {
    help: advise('write it relative to this file, with `/` between folders: `"../shared/neurons.snnx"`'),
  })
export const notInFile = (span: Span, name: string, path: string, names: string[], inside: boolean) =>
  say('SNX0316', span, `${code(path)} has no ${code(name)} that can be imported`, 'unknown name', {
    ...(inside
      ? { help: advise(`move ${code(name)} out of the experiment in that file`) }
      : names.length === 0
        ? { notes: [`no data set, neuron or network stands outside of an experiment in ${code(path)}`] }
        : known(span, name, names)),
  })
export const importCycle = (span: Span, path: string, open: readonly string[]) =>
  say('SNX0317', span, `${code(path)} imports itself`, 'leads back to itself', {
    notes: [`one imports the next: ${all(open)}`],
    help: advise('move what both need into a file of its own'),
  })
export const importsTooDeep = (span: Span, limit: number) =>
  say('SNX0107', span, `files import each other more than ${limit} deep`, 'too deep')
/** Of data that is nowhere on this machine: what the program around the language found out. */
export const dataNotHere = (span: Span, name: string, looked: readonly string[], download: string | null) =>
  say('SNX0318', span, `the data set ${code(name)} is not on this machine`, 'not found', {
    severity: 'warning',
    notes: looked.map((place) => `looked in ${place}`),
    help: advise(
      download === null
        ? 'put its files into a folder that `SNNX_DATA` names'
        : `\`snnx run\` downloads it (${download}), or put its files into a folder that \`SNNX_DATA\` names`,
    ),
  })

export const jobTooLarge = (span: Span, largest: string, needs: string, memory: string) =>
  say('SNX0319', span, `a job needs about ${needs} of memory, and this machine has ${memory}`, 'too large', {
    severity: 'warning',
    notes: [`the largest: ${largest}`],
    help: advise('lower `batch` or `steps`, or run it on a larger machine'),
  })
