import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExperimentSchema } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { checkSource, compile, renderDiagnostic } from '../src/index.ts'
import { expectGolden } from './golden.ts'

const root = join(import.meta.dirname, '../../..')
const find = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.snnx'))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }))

describe('the experiments of this repository', () => {
  it.each(find('experiments'))('$name compiles without a diagnostic to a valid plan', (source) => {
    const { experiment, diagnostics } = compile(source)
    expect(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source, { colour: false }))).toEqual([])
    expect(ExperimentSchema.parse(experiment)).toEqual(experiment)
    const plan = join(import.meta.dirname, 'plans', `${experiment!.name}.expected.txt`)
    expectGolden(plan, `${JSON.stringify(experiment, null, 2)}\n`)
  })

  it.each(find('std'))('$name is in order', (source) => {
    expect(checkSource(source).diagnostics).toEqual([])
  })

  it('fashion_mlp is three methods by three seeds, at the nodes of the literature', () => {
    const { experiment } = compile(find('experiments').find(({ name }) => name.includes('fashion_mlp'))!)
    const jobs = experiment!.jobs.map(({ job, variant }) => [job.compress!.method, job.seed, variant])
    const methods = ['minimax', 'gradual', 'magnitude']
    expect(jobs).toEqual(methods.flatMap((method) => [0, 1, 2].map((seed) => [method, seed, {}])))
    for (const { job } of experiment!.jobs)
      expect(job.compress!.connectivity).toEqual([0.25, 0.12, 0.05, 0.0235, 0.0073])
  })

  it('is checked within milliseconds', () => {
    const source = find('experiments').find(({ name }) => name.includes('fashion_mlp'))!
    const times = Array.from({ length: 10 }, () => {
      const start = performance.now()
      compile(source)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(20)
  })
})
