import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Interrupted, type Session } from '@snnx/core'
import { describe, expect, it } from 'vitest'
import { type Engine, performJob } from '../src/perform.ts'
import { writeAtomic } from '../src/store/atomic.ts'
import { type Folders, runFolder } from '../src/store/folders.ts'
import { acquireLock } from '../src/store/lock.ts'
import { readRecord, recordPath } from '../src/store/record.ts'
import type { Ending, Task, WorkerMessage } from '../src/task.ts'
import { runSample, sampleDataset, sampleJob, sampleTask, temporaryFolder } from './sample.ts'

const engineOf = (runJob: Engine['runJob']): Engine => ({
  version: 1,
  openBackend: async (name) => name,
  openDataset: async () => sampleDataset,
  runJob,
})
const simple = engineOf((session) => runSample(session, 3))
const never = new AbortController().signal

function folders(): Folders {
  const experiment = temporaryFolder()
  return { experiment, state: join(experiment, '.snnx') }
}

async function perform(task: Task, places: Folders, engine = simple, signal = never) {
  const messages: WorkerMessage[] = []
  const ending: Ending = await performJob(
    { task, folders: places },
    engine,
    (message) => messages.push(message),
    signal,
  )
  return { ending, messages }
}

const events = (places: Folders, task: Task) =>
  readFileSync(join(runFolder(places, task.hash), 'events.jsonl'), 'utf8').replace(/"at":\d+/g, '"at":0')

describe('performJob', () => {
  it('leaves record, weights and events, and no checkpoint', async () => {
    const [places, task] = [folders(), sampleTask()]
    const { ending, messages } = await perform(task, places)
    expect(ending.kind).toBe('finished')
    expect(messages[0]).toEqual({ type: 'started', resumed: false, backend: 'cpu' })
    const record = await readRecord(recordPath(places.experiment, task.hash))
    expect(record).toMatchObject({ hash: task.hash, data: { train: 90, validation: 10, test: 20 } })
    expect(Date.parse(record.time.started)).toBe(
      JSON.parse(readFileSync(join(runFolder(places, task.hash), 'events.jsonl'), 'utf8').split('\n')[0]!).at,
    )
    expect(readdirSync(join(places.experiment, 'weights', task.hash))).toEqual(['dense.safetensors'])
    expect(readdirSync(runFolder(places, task.hash)).sort()).toEqual(['events.jsonl', 'lock.1'])
  })

  it('does not do a job again', async () => {
    const [places, task] = [folders(), sampleTask()]
    await perform(task, places)
    const again = await perform(
      task,
      places,
      engineOf(() => Promise.reject(new Error('it ran'))),
    )
    expect(again.ending).toEqual({ kind: 'already' })
  })

  it('goes on from the checkpoint after an interruption, events as if nothing had been', async () => {
    const [straight, broken, task] = [folders(), folders(), sampleTask()]
    await perform(task, straight)
    const stop = new AbortController()
    const interrupted = engineOf((session) =>
      runSample(session, 3, (epoch) => {
        if (epoch !== 2) return
        session.log({ type: 'resume', epoch: 99 }) // after the checkpoint: must be cut off
        throw new Interrupted()
      }),
    )
    expect((await perform(task, broken, interrupted, stop.signal)).ending).toEqual({ kind: 'interrupted' })
    expect(existsSync(recordPath(broken.experiment, task.hash))).toBe(false)
    const { messages } = await perform(task, broken)
    expect(messages[0]).toMatchObject({ type: 'started', resumed: true })
    expect(events(broken, task)).toBe(events(straight, task))
  })

  it('hands the dense weights to a compression job', async () => {
    const [places, task] = [folders(), sampleTask(sampleJob)]
    await perform(sampleTask(), places)
    let given: Session['dense'] = null
    await perform(
      task,
      places,
      engineOf((session) => {
        given = session.dense
        return runSample(session, 1)
      }),
    )
    expect(given).toEqual({ weights: Uint8Array.of(1, 2, 3, 4, 5), test: { correct: 15, total: 20 } })
  })

  it('names what is wrong: the dense record gone, its weights changed, other data', async () => {
    const [places, task] = [folders(), sampleTask(sampleJob)]
    await expect(perform(task, places)).rejects.toMatchObject({ code: 'SNX1014' })
    await perform(sampleTask(), places)
    writeFileSync(join(places.experiment, 'weights', task.denseHash, 'dense.safetensors'), 'x')
    await expect(perform(task, places)).rejects.toMatchObject({ code: 'SNX0822' })
    const other = { ...sampleTask(), hash: '0'.repeat(16), denseHash: '0'.repeat(16), data: 'e'.repeat(64) }
    await expect(perform(other, places)).rejects.toMatchObject({ code: 'SNX1022' })
  })

  it('removes what a killed process left half-written', async () => {
    const [places, task] = [folders(), sampleTask()]
    const left = [
      join(places.experiment, 'results', `.${task.hash}.json.9.1.tmp`),
      join(places.experiment, 'weights', task.hash, '.dense.safetensors.9.1.tmp'),
      join(runFolder(places, task.hash), '.checkpoint.safetensors.9.1.tmp'),
    ]
    for (const path of left) await writeAtomic(path, 'half')
    await perform(task, places)
    expect(left.filter(existsSync)).toEqual([])
  })

  it('waits for another process, says so once, and finds the job done', async () => {
    const [places, task] = [folders(), sampleTask()]
    const other = await acquireLock(runFolder(places, task.hash))
    const waiting = perform(
      task,
      places,
      engineOf(() => Promise.reject(new Error('it ran'))),
    )
    await new Promise((resolve) => setTimeout(resolve, 600))
    const elsewhere = folders()
    await perform(task, elsewhere)
    const text = readFileSync(recordPath(elsewhere.experiment, task.hash))
    await writeAtomic(recordPath(places.experiment, task.hash), text)
    if ('lock' in other) await other.lock.release()
    const { ending, messages } = await waiting
    expect(ending).toEqual({ kind: 'already' })
    expect(messages).toEqual([{ type: 'waiting', pid: process.pid, host: expect.any(String) }])
  })

  it('is interrupted, not failed, when told to stop while data are fetched', async () => {
    const stop = new AbortController()
    const fetching: Engine = {
      ...simple,
      openDataset: async (_, __, ___, signal) => {
        stop.abort()
        signal.throwIfAborted()
        return sampleDataset
      },
    }
    expect((await perform(sampleTask(), folders(), fetching, stop.signal)).ending).toEqual({ kind: 'interrupted' })
  })

  it('stops waiting when told to stop', async () => {
    const [places, task] = [folders(), sampleTask()]
    await acquireLock(runFolder(places, task.hash))
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 50)
    expect((await perform(task, places, simple, stop.signal)).ending).toEqual({ kind: 'interrupted' })
  })
})
