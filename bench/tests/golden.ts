import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

/** Compares with a committed file; `SNNX_UPDATE=1` writes it anew, to be reviewed as a change. */
export function expectGolden(name: string, actual: string): void {
  const file = fileURLToPath(new URL(`golden/${name}`, import.meta.url))
  if (process.env.SNNX_UPDATE === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, actual)
  }
  expect(existsSync(file), `${file} is missing: run with SNNX_UPDATE=1 and review it`).toBe(true)
  expect(actual).toBe(readFileSync(file, 'utf8'))
}
