import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatePrelude, PRELUDE_FILE } from '../scripts/prelude.ts'

it('the embedded prelude is std/ as it is; else run `node scripts/prelude.ts`', () => {
  expect(readFileSync(PRELUDE_FILE, 'utf8')).toBe(generatePrelude())
})
