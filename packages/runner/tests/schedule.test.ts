import { describe, expect, it } from 'vitest'
import { makePlan, type Plan } from '../src/plan.ts'
import type { Queue } from '../src/queue/queue.ts'
import type { Reporter } from '../src/reporter/reporter.ts'
import { runPlan, summarize } from '../src/schedule.ts'
import { locateFolders } from '../src/store/folders.ts'
import type { Ending, Task } from '../src/task.ts'
import { DATA, sampleExperiment, sampleRecord, temporaryFolder } from './sample.ts'

const finished: Ending = { kind: 'finished', result: sampleRecord() }

function plan(): Promise<Plan> {
  return makePlan(sampleExperiment, locateFolders(`${temporaryFolder()}/a.snnx`), {
    engineVersion: 1,
    resolveBackend: async (name) => name,
    digestStart: async () => DATA,
    digestData: async () => DATA,
    estimateMemory: () => 1,
  })
}

async function run(plan: Plan, end: (task: Task) => Ending | Promise<Ending>) {
  const submitted: string[] = []
  const queue: Queue = {
    submit: async ({ task }) => {
      submitted.push(nameOf(task))
      return end(task)
    },
    stop: () => {},
    kill: () => {},
  }
  const ended: string[] = []
  const reporter = {
    onJobEnd: (task, ending) => void ended.push(`${nameOf(task)} ${ending.kind}`),
  } as Partial<Reporter>
  const endings = await runPlan(plan, queue, reporter as Reporter)
  return { submitted, ended, summary: summarize(endings, 1) }
}

const nameOf = ({ job }: Task) => `${job.compress?.method ?? 'dense'} ${job.seed}`

describe('runPlan', () => {
  it('starts a compression when its dense network is there, not when all are', async () => {
    const { submitted, summary } = await run(await plan(), async (task) => {
      if (nameOf(task) === 'dense 1') await new Promise((resolve) => setTimeout(resolve, 50))
      return finished
    })
    expect(submitted).toEqual(['dense 0', 'dense 1', 'magnitude 0', 'magnitude 0', 'magnitude 1'])
    expect(summary).toMatchObject({ finished: 5, failed: 0 })
  })

  it('passes over what is done', async () => {
    const all = await plan()
    const tasks = all.tasks.map((task) => ({ ...task, status: task.job.seed === 0 ? ('done' as const) : task.status }))
    const { submitted, ended, summary } = await run({ ...all, tasks }, () => finished)
    expect(submitted).toEqual(['dense 1', 'magnitude 1'])
    expect(ended).toEqual(['dense 1 finished', 'magnitude 1 finished'])
    expect(summary).toMatchObject({ finished: 2, already: 3 })
  })

  it('does not start what hangs on a failed or interrupted one', async () => {
    const failure = { code: 'SNX0701', message: 'x', help: undefined, stack: undefined }
    const { submitted, summary } = await run(await plan(), (task) =>
      task.job.seed === 0 ? { kind: 'failed', failure } : { kind: 'interrupted' },
    )
    expect(submitted).toEqual(['dense 0', 'dense 1'])
    expect(summary).toMatchObject({ failed: 3, interrupted: 2 })
  })

  it('hands a worker the job only, not the plan', async () => {
    const seen: string[][] = []
    await run(await plan(), (task) => {
      seen.push(Object.keys(task))
      return finished
    })
    expect(seen[0]).toEqual(['experiment', 'hash', 'denseHash', 'job', 'variant', 'data'])
  })
})
