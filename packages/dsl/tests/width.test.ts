import { expect, it } from 'vitest'
import { compile, renderDiagnostic } from '../src/index.ts'
import { displayWidth } from '../src/width.ts'

it.each([
  ['abc', 3],
  ['学习率', 6],
  ['한글', 4],
  ['２', 2],
  ['e\u0301', 1],
  ['🙂', 2],
  ['\t', 1],
  ['é', 1],
])('%j takes %i columns', (text, width) => expect(displayWidth(text)).toBe(width))

it('marks stand under what they mark, after tabs and wide characters too', () => {
  const text = 'snnx 1\nexperiment a {\n\ttrain { loss = "学", duration = 5 }\n}\n'
  const source = { name: 'a.snnx', text }
  const found = compile(source).diagnostics.find(({ code }) => code === 'SNX0203')!
  const [, , , line, mark] = renderDiagnostic(found, source, { colour: false }).split('\n')
  const columnOf = (part: string, of: string) => displayWidth(of.slice(0, of.indexOf(part)))
  expect(columnOf('^', mark!)).toBe(columnOf('5', line!))
})
