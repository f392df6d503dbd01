import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Entry {
  optionalDependencies?: Record<string, string>
  resolved?: string
}

const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, Entry>
}

it('every optional platform package named in the lock file has an entry of its own, or npm ci refuses', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`],
    ),
  )
  expect(missing).toEqual([])
})

it('names no registry', () => {
  const hosts = Object.values(lock.packages).filter(({ resolved }) => resolved && /^https?:/.test(resolved))
  expect(hosts).toEqual([])
})
