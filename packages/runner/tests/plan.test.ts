import { describe, expect, it } from 'vitest'
import { makePlan, type PlanFacts } from '../src/plan.ts'
import { writeAtomic } from '../src/store/atomic.ts'
import { locateFolders, runFolder } from '../src/store/folders.ts'
import { recordPath } from '../src/store/record.ts'
import { DATA, sampleExperiment, sampleJob, sampleTask, temporaryFolder } from './sample.ts'

const facts: PlanFacts = {
  engineVersion: 1,
  resolveBackend: async (name) => (name === 'auto' ? 'cpu' : name),
  digestStart: async () => DATA,
  digestData: async () => DATA,
  estimateMemory: () => 1e6,
}

describe('makePlan', () => {
  it('goes seed by seed and puts each dense network first, once, without the values of the compression', async () => {
    const folder = temporaryFolder()
    const plan = await makePlan(sampleExperiment, locateFolders(`${folder}/a.snnx`), facts)
    expect(plan.tasks.map(({ job, variant }) => [job.compress?.method ?? 'dense', job.seed, variant])).toEqual([
      ['dense', 0, {}],
      ['magnitude', 0, { compress: 'magnitude' }],
      ['magnitude', 0, { 'compress.span': 1 }],
      ['dense', 1, {}],
      ['magnitude', 1, { compress: 'magnitude' }],
    ])
    const [dense0, first, second] = plan.tasks
    expect([first!.denseHash, second!.denseHash]).toEqual([dense0!.hash, dense0!.hash])
    expect(dense0!.hash).toBe(sampleTask().hash)
    expect(plan.tasks.map(({ status }) => status)).toEqual(Array(5).fill('to do'))
  })

  it('sees what is done and what has a checkpoint', async () => {
    const folder = temporaryFolder()
    const folders = locateFolders(`${folder}/a.snnx`)
    await writeAtomic(recordPath(folder, sampleTask().hash), '{}')
    await writeAtomic(`${runFolder(folders, sampleTask(sampleJob).hash)}/checkpoint.safetensors`, '')
    const plan = await makePlan(sampleExperiment, folders, facts)
    expect(plan.tasks.map(({ status }) => status)).toEqual(['done', 'checkpoint', 'to do', 'to do', 'to do'])
  })

  it('gives a job that starts from a file the identity of what the file holds', async () => {
    const jobs = sampleExperiment.jobs.map(({ job, variant }) => ({
      job: { ...job, train: { ...job.train, start: { file: 'a.safetensors', sha256: null } } },
      variant,
    }))
    const folders = locateFolders(`${temporaryFolder()}/a.snnx`)
    const hashes = async (sha256: string) => {
      const plan = await makePlan({ ...sampleExperiment, jobs }, folders, { ...facts, digestStart: async () => sha256 })
      expect(plan.tasks.map(({ job }) => job.train.start?.sha256)).toEqual(Array(5).fill(sha256))
      return plan.tasks.map(({ hash }) => hash)
    }
    const [one, again, other] = [
      await hashes('a'.repeat(64)),
      await hashes('a'.repeat(64)),
      await hashes('b'.repeat(64)),
    ]
    expect(again).toEqual(one)
    expect(
      new Set([...one, ...other, ...(await makePlan(sampleExperiment, folders, facts)).tasks.map(({ hash }) => hash)])
        .size,
    ).toBe(15)
  })

  it('gives `auto` the identity of the backend it resolves to', async () => {
    const jobs = sampleExperiment.jobs.map(({ job, variant }) => ({
      job: { ...job, backend: 'auto' as const },
      variant,
    }))
    const folders = locateFolders(`${temporaryFolder()}/a.snnx`)
    const plan = await makePlan({ ...sampleExperiment, jobs }, folders, facts)
    expect(plan.tasks[0]!.hash).toBe(sampleTask().hash)
  })
})
