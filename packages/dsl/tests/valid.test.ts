import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExperimentSchema } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { compile, renderDiagnostic } from '../src/index.ts'
import { hostOf } from './folder.ts'
import { expectGolden } from './golden.ts'

/** What a file means, a line for the experiment and one for each job, so that a change is seen where it is. */
function describePlan(text: string, name: string, folder: string): string {
  const source = { name, text }
  const { experiment, diagnostics, imported } = compile(source, hostOf(folder))
  const drawn = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source, { colour: false, imported }))
  expect(drawn.filter((lines) => !lines.startsWith('warning')).join('\n\n')).toBe('')
  const { jobs, ...rest } = ExperimentSchema.parse(experiment)
  const lines = [rest, ...jobs].map((part) => `${JSON.stringify(part)}\n`)
  return drawn.map((warning) => `${warning}\n`).join('') + lines.join('')
}

describe.each(['valid', 'specs'])('%s files mean what they meant', (kind) => {
  const folder = join(import.meta.dirname, kind)
  const names = readdirSync(folder).filter((name) => name.endsWith('.snnx'))
  it.each(names)('%s', (name) => {
    const plan = describePlan(readFileSync(join(folder, name), 'utf8'), name, folder)
    expectGolden(join(folder, name.replace('.snnx', '.expected.txt')), plan)
  })
})

it('there are enough of them', () => {
  const count = (kind: string) =>
    readdirSync(join(import.meta.dirname, kind)).filter((name) => name.endsWith('.snnx')).length
  expect(count('valid') + count('specs')).toBeGreaterThanOrEqual(60)
  expect(count('diagnostics')).toBeGreaterThanOrEqual(150)
})
