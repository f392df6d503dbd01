import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { compile } from '../src/index.ts'

/** Every spec that a page shows is one that the compiler takes. */
const pages = ['README.md', 'docs/tutorial.md', 'docs/pretrained.md'].flatMap((page) => {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')
  return [...text.matchAll(/```snnx\n([\s\S]*?)```/g)].map((match) => [page, match[1]!] as const)
})

it('there are specs on the pages', () => expect(pages.length).toBeGreaterThan(1))

it.each(pages)('the spec in %s compiles without diagnostics', (page, text) => {
  expect(compile({ name: page, text }).diagnostics).toEqual([])
})
