import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect } from 'vitest'

/** Compares with a committed file; `SNNX_UPDATE=1` writes it anew, to be reviewed as a change. */
export function expectGolden(file: string, actual: string): void {
  if (process.env.SNNX_UPDATE === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, actual)
  }
  expect(existsSync(file), `${file} is missing: run with SNNX_UPDATE=1 and review it`).toBe(true)
  expect(actual).toBe(readFileSync(file, 'utf8'))
}
