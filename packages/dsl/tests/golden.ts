import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect } from 'vitest'

/** A committed file; `SNNX_UPDATE=1` writes it anew with `actual`, to be reviewed as a change. */
function golden(file: string, actual: string): string {
  if (process.env.SNNX_UPDATE === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, actual)
  }
  expect(existsSync(file), `${file} is missing: run with SNNX_UPDATE=1 and review it`).toBe(true)
  return readFileSync(file, 'utf8')
}

/** Compares a text with a committed file. */
export function expectGolden(file: string, actual: string): void {
  expect(actual).toBe(golden(file, actual))
}

/** Compares plain data with a committed JSON file, however that is formatted. */
export function expectGoldenJson(file: string, actual: unknown): void {
  expect(actual).toEqual(JSON.parse(golden(file, `${JSON.stringify(actual, null, 2)}\n`)))
}
