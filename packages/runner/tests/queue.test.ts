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
      queue.submit(
        assign({ until: both }),
        ({ type }) => {
          if (type === 'started') most = Math.max(most, ++running)
          if (type === 'ending') running--
          if (running === 2) writeFileSync(both, '')
        },
        0,
      ),
    )
    expect(await Promise.all(jobs)).toEqual(Array(5).fill({ kind: 'already' }))
    expect(most).toBe(2)
  })

  it('starts the first in place of those that wait, one that came while another ran included', async () => {
    const queue = createLocalQueue(1, worker('finish'))
    const started: number[] = []
    const submit = (place: number) =>
      queue.submit(assign(), ({ type }) => void (type === 'started' && started.push(place)), place)
    const [last, third, first] = [submit(3), submit(2), submit(0)]
    const hangsOnIt = first.then(() => submit(1))
    await Promise.all([first, last, third, hangsOnIt])
    expect(started).toEqual([0, 1, 2, 3])
  })

  it('gives every job a process of its own', async () => {
    const queue = createLocalQueue(1, worker('finish'))
    const processes = new Set<string>()
    const listen = (message: WorkerMessage) => void (message.type === 'started' && processes.add(message.backend))
    await Promise.all([queue.submit(assign(), listen, 0), queue.submit(assign(), listen, 1)])
    expect(processes.size).toBe(2)
  })

  it('stops: the running ones are asked, the waiting ones dropped, later ones refused', async () => {
    const queue = createLocalQueue(1, worker('finish'))
    const messages: WorkerMessage[] = []
    const listen = (message: WorkerMessage) => {
      messages.push(message)
      if (message.type === 'started') queue.stop()
    }
    const first = queue.submit(assign({ endless: true }), listen, 0)
    const second = queue.submit(assign(), () => expect.unreachable(), 1)
    expect(await Promise.all([first, second])).toEqual([{ kind: 'interrupted' }, { kind: 'interrupted' }])
    expect(await queue.submit(assign(), () => expect.unreachable(), 1)).toEqual({ kind: 'interrupted' })
    expect(messages.map(({ type }) => type)).toEqual(['started', 'ending'])
  })

  it.each([
    ['SIGKILL', {}],
    ['exit code 3', { code: 3 }],
  ])('says how a process died that ended without a word: %s', async (cause, variant) => {
    const ending = await createLocalQueue(1, worker('die')).submit(assign(variant), () => {}, 0)
    const message = expect.stringContaining(`(${cause})`)
    expect(ending).toMatchObject({ kind: 'failed', failure: { code: 'SNX1021', message } })
  })

  it('kills', async () => {
    const queue = createLocalQueue(1, worker('finish'))
    const ending = await queue.submit(assign({ endless: true }), ({ type }) => type === 'started' && queue.kill(), 0)
    expect(ending).toMatchObject({ kind: 'failed', failure: { code: 'SNX1021' } })
  })
})
