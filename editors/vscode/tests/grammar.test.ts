import { globSync, readFileSync } from 'node:fs'
import { Analysis, highlight, type Role } from '@snnx/dsl/editor'
import { describe, expect, it } from 'vitest'
import { expectGolden } from '../../../packages/dsl/tests/golden.ts'
import { tokenizeLines } from './grammar.ts'

const root = new URL('../../../', import.meta.url)
const FILES = globSync(['std/*.snnx', 'experiments/*/*.snnx', 'editors/vscode/tests/*.snnx'], { cwd: root }).sort()
const read = (file: string) => readFileSync(new URL(file, root), 'utf8').replaceAll('\r\n', '\n')

/** The scopes that a word of each role may have: what the grammar cannot know is a plain name to it. */
const SCOPES: Readonly<Record<Role, RegExp>> = {
  keyword: /^keyword\.control|^variable\.other/,
  kind: /^storage\.type/,
  name: /^entity\.name|^entity\.other|^variable/,
  base: /^entity\.other|^variable\.other/,
  key: /^support\.type\.property-name/,
  option: /^variable\.other/,
  form: /^variable\.other|^entity\.name\.function/,
  parameter: /^variable\.parameter/,
  layer: /^variable\.other|^entity\.name\.function/,
  variable: /^variable\.other|^variable\.parameter|^support\.type/,
  figure: /^support\.type/,
  number: /^constant\.numeric/,
  unit: /^keyword\.other\.unit/,
  text: /^string/,
  operator: /^keyword\.operator|^punctuation/,
  comment: /^comment\.line\.number-sign/,
  documentation: /^comment\.line\.documentation/,
  unknown: /./,
}

/** Files whose scopes are stored: std, every construct once, and experiments that stay as they are. */
const REVIEWED = FILES.filter((file) => /^std|everything|quickstart|fashion_mlp|cifar10_20k/.test(file))

describe.each(REVIEWED)('the TextMate grammar on %s', (file) => {
  it('gives the scopes that were reviewed', async () => {
    const lines = await tokenizeLines(read(file))
    const shown = lines.flatMap((tokens) => [
      tokens.map(({ text }) => text).join(''),
      ...tokens
        .filter(({ text }) => text.trim() !== '')
        .map(({ text, scopes }) => `    ${text.trim()}  ${scopes.join(' ').replaceAll('.snnx', '') || '-'}`),
    ])
    const name = `${file.split('/').at(-1)!.replace('.snnx', '')}.scopes.txt`
    expectGolden(new URL(`golden/${name}`, import.meta.url).pathname, `${shown.join('\n').trimEnd()}\n`)
  })
})

describe.each(FILES)('the TextMate grammar on %s', (file) => {
  it('agrees with what the language server says of each word', async () => {
    const text = read(file)
    const tokens = (await tokenizeLines(text)).flat()
    const analysis = new Analysis({ name: file, text })
    const wrong = highlight(analysis).flatMap(({ span, role }) => {
      const token = tokens.findLast(({ start }) => start <= span.start)!
      const scope = token.scopes.at(-1) ?? ''
      return SCOPES[role].test(scope) ? [] : [`${text.slice(span.start, span.end)}: ${role}, but ${scope}`]
    })
    expect(wrong).toEqual([])
  })
})
