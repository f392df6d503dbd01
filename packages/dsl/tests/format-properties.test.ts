import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listPieces } from '../src/format/piece.ts'
import { compile, formatText } from '../src/index.ts'
import { parse } from '../src/syntax/parse.ts'
import { choices, disturb, respace } from './noise.ts'
import { program, spell, understand } from './program.ts'

const root = join(import.meta.dirname, '../../..')
const find = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.snnx'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'))
const isSound = (text: string) => parse(text).diagnostics.length === 0
const written = [...find('std'), ...find('experiments'), ...find('e2e/fixtures')].filter(isSound)
const mistaken = find('packages/dsl/tests/diagnostics').filter((text) => text.length < 20_000)

const meaningOf = (text: string) => compile({ name: 'a.snnx', text }).experiment
const codesOf = (text: string) => parse(text).diagnostics.map(({ code }) => code)

/** The tokens and the comments of a text, each in order, without commas. */
function wordsOf(text: string): string[][] {
  const pieces = listPieces(text)
  const texts = (comment: boolean) =>
    pieces.filter((piece) => piece.comment === comment && piece.text !== ',').map((piece) => piece.text)
  return [texts(false), texts(true)]
}

/** Formats, and holds what must hold of every text. */
function format(text: string): string {
  const { text: formatted, left } = formatText(text)
  expect(wordsOf(formatted)).toEqual(wordsOf(text))
  expect(formatText(formatted).text).toBe(formatted)
  for (const { start, end } of left) {
    expect(0 <= start && start <= end && end <= text.length).toBe(true)
    expect(formatted).toContain(text.slice(start, end))
  }
  return formatted
}

const seed = 20240
describe('the formatter', () => {
  it('undoes any spacing within lines', () => {
    fc.assert(
      fc.property(fc.constantFrom(...written), choices, fc.constantFrom('\n', '\r\n'), (text, numbers, lineEnd) => {
        const spaced = respace(text, numbers).replaceAll('\n', lineEnd)
        expect(format(spaced).replaceAll(lineEnd, '\n')).toBe(text)
      }),
      { seed, numRuns: 80 },
    )
  })

  it('keeps the meaning, whatever the lines, blank lines and comments', () => {
    fc.assert(
      fc.property(fc.constantFrom(...written), choices, (text, numbers) => {
        const disturbed = disturb(text, numbers)
        expect(codesOf(disturbed)).toEqual(codesOf(text))
        const { left } = formatText(disturbed)
        expect(left).toEqual([])
        const formatted = format(disturbed)
        expect(formatted).not.toMatch(/\t|[ \r]+$|\n\n\n/m)
        expect(meaningOf(formatted)).toEqual(meaningOf(disturbed))
      }),
      { seed, numRuns: 80 },
    )
  })

  it('says of any program what it is, however it was written', () => {
    fc.assert(
      fc.property(program, choices, (meant, numbers) => {
        const spelt = spell(meant)
        expect(understand(spelt)).toEqual(meant)
        expect(understand(format(spelt))).toEqual(meant)
        expect(format(respace(spelt, numbers))).toBe(format(spelt))
        const disturbed = disturb(spelt, numbers)
        // Among layers that are none, such as texts and products, a line may not be broken everywhere.
        if (codesOf(disturbed).length > 0) return
        expect(formatText(disturbed).left).toEqual([])
        expect(understand(format(disturbed))).toEqual(understand(disturbed))
      }),
      { seed, numRuns: 40 },
    )
  })

  it('keeps all that is said of a text with mistakes', () => {
    for (const text of mistaken) expect(codesOf(format(text))).toEqual(codesOf(text))
  })

  it('never throws, loses no word and is done after one time, however broken the text', () => {
    const all = [...written, ...mistaken]
    const words = [...new Set(all.join('\n').match(/[A-Za-z_]+|[0-9.e-]+|\S|\n/g))]
    const edit = fc.record({
      start: fc.nat({ max: 3000 }),
      length: fc.nat({ max: 20 }),
      word: fc.constantFrom(...words, ''),
    })
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(edit, { minLength: 1, maxLength: 5 }), (text, edits) => {
        const mutated = edits.reduce((now, { start, length, word }) => {
          const at = start % (now.length + 1)
          return `${now.slice(0, at)}${word}${now.slice(at + length)}`
        }, text)
        format(mutated)
      }),
      { seed, numRuns: 200 },
    )
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 60 }), (parts) => void format(parts.join(' '))),
      { seed, numRuns: 100 },
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => void format(text)),
      { seed, numRuns: 100 },
    )
  })
})
