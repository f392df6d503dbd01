import { afterEach, expect, test, vi } from 'vitest'
import { findBrowser } from '../../../scripts/browser.mjs'

afterEach(() => vi.unstubAllEnvs())

test('a named browser that does not run is none, and the reason is said', () => {
  vi.stubEnv('SNNX_CHROMIUM', '/nowhere/chromium')
  const said: string[] = []
  const found = findBrowser({ log: (line: string) => said.push(line) })
  expect(found).toEqual({ path: null, how: 'SNNX_CHROMIUM names `/nowhere/chromium`, which does not run' })
  expect(said).toEqual([`browser: none, so the browser tests are skipped: ${found.how}`])
})

test('a named browser is taken before any other', () => {
  vi.stubEnv('SNNX_CHROMIUM', process.execPath) // says its version, which is all that is asked
  expect(findBrowser({ log: () => {} })).toEqual({ path: process.execPath, how: 'named by SNNX_CHROMIUM' })
})
