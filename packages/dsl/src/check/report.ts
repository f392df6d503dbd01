import type { Diagnostic } from '../diagnostic.ts'

/** Takes one mistake. */
export type Report = (diagnostic: Diagnostic) => void

/** The entry of a table under a name that a user wrote; never one that every object has. */
export function lookUp<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
