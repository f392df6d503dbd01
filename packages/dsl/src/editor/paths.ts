import type { PathTarget } from '../schema/type.ts'
import type { Span } from '../source.ts'
import type { Analysis } from './analysis.ts'
import type { Expectation } from './expectation.ts'

/** The text in quotes in which an offset lies, which may still lack its end. */
export interface Quoted {
  /** After the quote. */
  start: number
  /** The name that is being written, after the last slash. */
  name: Span
  closed: boolean
}

/** A step of a path that could be written. */
export interface Step {
  label: string
  insert: string
}

/** Finds the text in quotes around an offset; `null` outside of one. */
export function quotedAt(text: string, offset: number): Quoted | null {
  const before = /[^\r\n]*$/.exec(text.slice(0, offset))![0]
  if (before.split('"').length % 2 === 1) return null
  const start = offset - before.length + before.lastIndexOf('"') + 1
  const after = /^[^"\r\n]*(?=")/.exec(text.slice(offset))?.[0]
  const name = start + text.slice(start, offset).lastIndexOf('/') + 1
  const end = after === undefined ? offset : offset + /^[^/]*/.exec(after)![0].length
  return { start, name: { start: name, end }, closed: after !== undefined }
}

/** What the path leads to that stands, or could stand, where this is expected; `null` where none can. */
export function targetOf(expectation: Expectation): PathTarget | null {
  if (expectation.what === 'file') return '.snnx'
  return expectation.what === 'value' && expectation.type.takes === 'path' ? expectation.type.to : null
}

/** The files and folders by which a path could go on, files first; hidden ones only when they are begun. */
export function listSteps(target: PathTarget, written: string, { source, host }: Analysis): Step[] {
  const folder = written.slice(0, written.lastIndexOf('/') + 1)
  const hidden = written.slice(folder.length).startsWith('.')
  const entries = (host.list?.(folder, source.name) ?? []).filter(({ name }) => hidden || !name.startsWith('.'))
  const isOwn = (name: string) => source.name.endsWith(`/${name}`) && folder === ''
  const files = entries.filter(
    ({ name, isFolder }) => !isFolder && target !== 'folder' && name.endsWith(target) && !isOwn(name),
  )
  const folders = entries.filter(({ isFolder }) => isFolder)
  return [
    ...files.map(({ name }) => ({ label: name, insert: name })),
    ...folders.map(({ name }) => ({ label: `${name}/`, insert: target === 'folder' ? name : `${name}/` })),
  ]
}
