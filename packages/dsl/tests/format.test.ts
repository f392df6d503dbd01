import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatText } from '../src/index.ts'
import { expectGolden } from './golden.ts'

const root = join(import.meta.dirname, '../../..')
const folder = join(import.meta.dirname, 'format')
const EXPECTED = '.expected.snnx'
const names = readdirSync(folder).flatMap((file) =>
  file.endsWith('.snnx') && !file.endsWith(EXPECTED) ? [file.slice(0, -'.snnx'.length)] : [],
)

describe('the layout of', () => {
  it.each(names)('%s', (name) => {
    const { text } = formatText(readFileSync(join(folder, `${name}.snnx`), 'utf8'))
    expectGolden(join(folder, `${name}${EXPECTED}`), text)
    expect(formatText(text).text).toBe(text)
  })
})

const below = (path: string) =>
  readdirSync(join(root, path), { recursive: true, encoding: 'utf8' }).map((name) => `${path}/${name}`)
const specs = [...below('std'), ...below('experiments'), ...below('e2e/fixtures')].filter(
  (name) => name.endsWith('.snnx') && !name.endsWith('untidy.snnx'),
)
const pages = ['README.md', ...below('docs')].filter((name) => name.endsWith('.md'))

describe('what this repository shows is formatted', () => {
  it.each(specs)('%s', (name) => {
    const text = readFileSync(join(root, name), 'utf8')
    expect(formatText(text)).toEqual({ text, left: [] })
  })

  it.each(pages)('%s', (name) => {
    for (const [, text] of readFileSync(join(root, name), 'utf8').matchAll(/^```snnx\n(.*?)^```$/gms))
      expect(formatText(text)).toEqual({ text, left: [] })
  })

  it('the example of the design', () => {
    const text = readFileSync(join(folder, 'language_example.snnx'), 'utf8')
    expect(formatText(text)).toEqual({ text, left: [] })
  })
})
