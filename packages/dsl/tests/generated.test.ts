import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { generatePrelude, PRELUDE_FILE } from '../scripts/prelude.ts'
import { DOCS, generateRailroad } from '../scripts/railroad.ts'
import { generateReference, REFERENCE_FILE } from '../scripts/reference.ts'
import { EXPLANATIONS, explain } from '../src/index.ts'

it('the embedded prelude is std/ as it is; else `npm run generate`', () => {
  expect(readFileSync(PRELUDE_FILE, 'utf8')).toBe(generatePrelude())
})

it('docs/language.md is what the tables say; else `npm run generate`', () => {
  expect(readFileSync(REFERENCE_FILE, 'utf8')).toBe(generateReference())
})

it('docs/grammar.md and its diagrams are what the grammar says; else `npm run generate`', () => {
  const generated = generateRailroad()
  for (const [file, text] of generated) expect(readFileSync(join(DOCS, file), 'utf8'), file).toBe(text)
  const pictures = [...generated.keys()].filter((file) => file.endsWith('.svg'))
  expect(readdirSync(join(DOCS, 'grammar')).sort()).toEqual(
    pictures.map((file) => file.slice('grammar/'.length)).sort(),
  )
  for (const file of pictures) expect(generated.get(file)).not.toMatch(/https?:\/\/(?!www\.w3\.org)|<script/)
})

it('every code is explained by cause, example and fix, in any case of letters', () => {
  for (const [code, { cause, example, fix }] of Object.entries(EXPLANATIONS)) {
    const text = explain(code.toLowerCase())!
    for (const part of [code, cause, ...example.split('\n'), ...fix.split('\n')]) expect(text).toContain(part)
  }
  expect(explain('SNX9999')).toBeNull()
  expect(explain('constructor')).toBeNull()
})
