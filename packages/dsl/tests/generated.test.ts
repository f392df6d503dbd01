import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatePrelude, PRELUDE_FILE } from '../scripts/prelude.ts'
import { generateReference, REFERENCE_FILE } from '../scripts/reference.ts'
import { EXPLANATIONS, explain } from '../src/index.ts'

it('the embedded prelude is std/ as it is; else `npm run generate`', () => {
  expect(readFileSync(PRELUDE_FILE, 'utf8')).toBe(generatePrelude())
})

it('docs/language.md is what the tables say; else `npm run generate`', () => {
  expect(readFileSync(REFERENCE_FILE, 'utf8')).toBe(generateReference())
})

it('every code is explained by cause, example and fix, in any case of letters', () => {
  for (const [code, { cause, example, fix }] of Object.entries(EXPLANATIONS)) {
    const text = explain(code.toLowerCase())!
    for (const part of [code, cause, ...example.split('\n'), ...fix.split('\n')]) expect(text).toContain(part)
  }
  expect(explain('SNX9999')).toBeNull()
  expect(explain('constructor')).toBeNull()
})
