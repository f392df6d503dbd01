import { checkSource } from '@snnx/dsl'
import { estimateMemory } from '@snnx/ir'
import { expect, it } from 'vitest'
import type { PlannedTask } from '../src/plan.ts'
import { HOST } from '../src/source.ts'
import { findTooLarge, warnOfLarge } from '../src/too-large.ts'

const task = (memory: number, status: PlannedTask['status'] = 'to do') =>
  ({
    hash: `job-${memory}`,
    memory,
    status,
    job: { network: { name: 'vgg', steps: 8 }, dataset: { batch: 64 } },
  }) as never

it('nothing is said of jobs that fit, or are done', () => {
  expect(warnOfLarge({ tasks: [task(1e9), task(2e9), task(9e9, 'done')] }, 2e9, {})).toBe('')
})

it('jobs that do not fit are counted, and the largest is named with what makes it large', () => {
  expect(warnOfLarge({ tasks: [task(1e9), task(3e9), task(4e9)] }, 2e9, {})).toBe(
    `warning[SNX1024]: 2 jobs need more memory than the 2.00 GB of this machine
the largest, job-4000000000, needs about 4.00 GB: vgg, 8 steps, batch 64
help: lower \`batch\` or \`steps\`, or run them on a larger machine
`,
  )
})

it('a spec is told of its largest job, where that does not fit', () => {
  const text = `snnx 1

experiment large {
  dataset : fashion_mini { batch = 10 }
  network : mlp { }
  train { duration = 2 epochs }
  sweep { dataset.batch in [10, 1000] }
}
`
  const compiled = checkSource({ name: 'large.snnx', text }, HOST)
  expect(compiled.diagnostics).toEqual([])
  const needs = compiled.experiment!.jobs.map(({ job }) => estimateMemory(job))
  expect(findTooLarge(compiled, Math.max(...needs))).toEqual([])
  const [found, ...more] = findTooLarge(compiled, Math.max(...needs) - 1)
  expect(more).toEqual([])
  expect(found).toMatchObject({ code: 'SNX0319', severity: 'warning', span: compiled.dataset })
  expect(found!.notes).toEqual([expect.stringMatching(/^the largest: mlp, \d+ steps, batch 1000$/)])
})
