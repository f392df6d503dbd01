import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { Host } from '../src/index.ts'

/** A host whose sources have names relative to a folder. */
export function hostOf(folder: string): Host {
  return memoryHost((name) => {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch {
      return null
    }
  })
}

/** A host that finds its files by a function. */
export function memoryHost(read: (name: string) => string | null): Host {
  return {
    resolve(path, from) {
      const name = posix.join(posix.dirname(from), path)
      const text = read(name)
      return text === null ? null : { name, text }
    },
  }
}
