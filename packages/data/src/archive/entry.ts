import { strayEntry, tooLarge } from '../errors.ts'

/** A file inside a folder or an archive, whose content is read only when it is asked for. */
export interface Entry {
  /** Its path below the folder or archive, with `/` between its parts. */
  name: string
  /** The length of its content. */
  bytes: number
  /** Its content; to be asked for before the next entry is. */
  read(): Promise<Uint8Array>
}

/**
 * An entry's content, unless there is far too much of it.
 * @param place names the folder or archive in errors
 * @param limit the bytes that the largest file of this kind may have
 * @throws SNX0714, and what reading throws
 */
export function readEntry(place: string, entry: Entry, limit: number): Promise<Uint8Array> {
  if (entry.bytes > limit) throw tooLarge(`${place}: ${entry.name}`, `at most ${limit}`, limit)
  return entry.read()
}

/**
 * An entry's name as the archive has it, without `./` before it.
 * @throws SNX0716 when it leaves the folder that the archive stands for
 */
export function settleName(archive: string, name: string): string {
  const parts = name.replaceAll('\\', '/').split('/')
  if (parts[0] === '' || /^[A-Za-z]:/.test(name) || parts.includes('..')) throw strayEntry(archive, name)
  return parts.filter((part) => part !== '.' && part !== '').join('/')
}
