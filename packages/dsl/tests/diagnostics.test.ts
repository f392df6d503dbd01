import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile, EXPLANATIONS, hasErrors, renderDiagnostic } from '../src/index.ts'
import { hostOf } from './folder.ts'
import { expectGolden } from './golden.ts'

const folder = join(import.meta.dirname, 'diagnostics')
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.snnx') ? [file.slice(0, -'.snnx'.length)] : []))
const read = (name: string) => ({ name: `${name}.snnx`, text: readFileSync(join(folder, `${name}.snnx`), 'utf8') })
const host = hostOf(folder)
const compiled = new Map(names.map((name) => [name, compile(read(name), host)]))

describe('what is said of a mistake', () => {
  it.each(names)('%s', (name) => {
    const source = read(name)
    const { experiment, diagnostics, imported } = compiled.get(name)!
    const drawn = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source, { colour: false, imported }))
    expectGolden(join(folder, `${name}.expected.txt`), `${drawn.join('\n\n')}\n`)
    expect(experiment === null).toBe(hasErrors(diagnostics))
  })

  it('every code of the language has a case', () => {
    const found = [...compiled.values()].flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))
    // Whether data is on the machine only the program around the language knows.
    const asked = Object.keys(EXPLANATIONS).filter((code) => !['SNX0318', 'SNX0319'].includes(code))
    expect([...new Set(found)].sort()).toEqual(asked.sort())
  })

  it('messages follow the rules: lower case or code first, no final stop, no question', () => {
    for (const { diagnostics } of compiled.values()) {
      for (const { message, label, notes, help } of diagnostics) {
        for (const text of [message, label, ...notes, help?.text ?? '']) expect(text).not.toMatch(/^[A-Z]|[.?!]$/)
      }
    }
  })
})
