import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createLocalQueue } from '../src/queue/local.ts'
import type { Assignment, WorkerMessage } from '../src/task.ts'
import { sampleTask, temporaryFolder } from './sample.ts'

const worker = (name: string) => fileURLToPath(new URL(`./workers/${name}.mjs`, import.meta.url))
const assign = (variant: Assignment['task']['variant'] = {}): Assignment => ({
  task: { ...sampleTask(), variant },
  folders: { experiment: '.', state: '.snnx' },
})

describe('createLocalQueue', () => {
  it('does every job, as many at a time as it has slots and never more', async () => {
    const queue = createLocalQueue(2, worker('finish'))
    const both = join(temporaryFolder(), 'both')
    let [running, most] = [0, 0]
    const jobs = Array.from({ length: 5 }, () =>
      queue.submit(assign({ until: both }), ({ type }) => {
        if (type === 'started') most = Math.max(most, ++running)
        if (type === 'ending') running--
        if (running === 2) writeFileSync(both, '')
      }),
    )
    expect(await Promise.all(jobs)).toEqual(Array(5).fill({ kind: 'already' }))
    expect(most).toBe(2)
  })

  it('gives every job a process of its own', async () => {
    const queue = createLocalQueue(1, worker('finish'))
    const processes = new Set<string>()
    const listen = (message: WorkerMessage) => void (message.type === 'started' && processes.add(message.backend))
    await Promise.all([queue.submit(assign(), listen), queue.submit(assign(), listen)])
    expect(processes.size).toBe(2)
  })

  it('stops: the running ones are asked, the waiting ones dropped, later ones refused', async () => {
    const queue = createLocalQueue(1, worker('finish'))
    const messages: WorkerMessage[] = []
    const first = queue.submit(assign({ endless: true }), (message) => {
      messages.push(message)
      if (message.type === 'started') queue.stop()
    })
    const second = queue.submit(assign(), () => expect.unreachable())
    expect(await Promise.all([first, second])).toEqual([{ kind: 'interrupted' }, { kind: 'interrupted' }])
    expect(await queue.submit(assign(), () => expect.unreachable())).toEqual({ kind: 'interrupted' })
    expect(messages.map(({ type }) => type)).toEqual(['started', 'ending'])
  })

  it.each([
    ['SIGKILL', {}],
    ['exit code 3', { code: 3 }],
  ])('says how a process died that ended without a word: %s', async (cause, variant) => {
    const ending = await createLocalQueue(1, worker('die')).submit(assign(variant), () => {})
    const message = expect.stringContaining(`(${cause})`)
    expect(ending).toMatchObject({ kind: 'failed', failure: { code: 'SNX1021', message } })
  })

  it('kills', async () => {
    const queue = createLocalQueue(1, worker('finish'))
    const ending = await queue.submit(assign({ endless: true }), ({ type }) => type === 'started' && queue.kill())
    expect(ending).toMatchObject({ kind: 'failed', failure: { code: 'SNX1021' } })
  })
})
