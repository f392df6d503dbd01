import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checkSource, compile, renderDiagnostic, type Source } from '../src/index.ts'
import { memoryHost } from './folder.ts'

const read = (page: string) => readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')

/** Every spec that a page shows is one that the compiler takes; the page says into which file it goes. */
const specs = ['README.md', 'docs/tutorial.md', 'docs/pretrained.md'].flatMap((page): Source[] => {
  let name = page
  return [...read(page).matchAll(/into `([^`]+\.snnx)`|```snnx\n([\s\S]*?)```/g)].flatMap(
    ([, file, text]): Source[] => {
      name = file ?? name
      return text === undefined ? [] : [{ name, text }]
    },
  )
})
const host = memoryHost((wanted) => specs.find(({ name }) => name === wanted)?.text ?? null)

it('there are specs on the pages', () => expect(specs.length).toBeGreaterThan(10))

it.each(specs)('the spec in $name compiles without diagnostics', (source) => {
  expect(checkSource(source, host).diagnostics).toEqual([])
})

it('the mistake in the tutorial is drawn as it is shown there', () => {
  const shown = /```text\n(error[\s\S]*?)```/.exec(read('docs/tutorial.md'))![1]!
  const first = specs.find(({ name }) => name === 'tutorial/1/first.snnx')!
  const source = { ...first, text: first.text.replace('3 epochs', '3') }
  const drawn = compile(source).diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source, { colour: false }))
  expect(drawn).toEqual([shown.trimEnd()])
})
