import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '@snnx/ir'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { killGroup, type Running, snnx, start } from './command.ts'
import { eventLogs, makeWorkspace, records, removeWorkspace } from './workspace.ts'

const RUN = ['run', 'tiny/tiny.snnx']
const folders: string[] = []
let straight: { records: Record<string, string>; events: Record<string, string>; milliseconds: number }

beforeAll(async () => {
  const folder = open()
  const begun = performance.now()
  expect(await snnx(RUN, { folder })).toMatchObject({ code: 0 })
  straight = { ...outcome(folder), milliseconds: performance.now() - begun }
})
afterAll(() => folders.forEach(removeWorkspace))

describe('a run that is killed', () => {
  it('ends with the same numbers after `kill -9` at ten random moments', async () => {
    const random = createRandom(2024, 'kill')
    const victims = ['all', 'command', 'worker'] as const
    // How long a run takes, learned from those that ended before they were killed: the machine may be faster than it was.
    let window = straight.milliseconds
    for (let kills = 0; kills < 10; ) {
      const folder = open()
      for (let attempt = 0; attempt < 4 && kills < 10; attempt++) {
        const running = start(RUN, { folder })
        await sleep(200 + random.uniform() * window * 0.9)
        const hit = kill(running, victims[kills % victims.length]!, folder)
        const { code } = await running.ended
        if (!hit) {
          window *= 0.8
          continue
        }
        kills++
        expect(code, 'a killed run is no success').not.toBe(0)
      }
      expect(await snnx(RUN, { folder })).toMatchObject({ code: 0 })
      expect(outcome(folder).records).toEqual(straight.records)
      expect(outcome(folder).events).toEqual(straight.events)
      expect(leftovers(folder)).toEqual([])
    }
  }, 600_000)

  it('ends with the same numbers when two commands do it at once', async () => {
    const folder = open()
    const both = await Promise.all([snnx(RUN, { folder }), snnx([...RUN, '--json'], { folder })])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(outcome(folder)).toEqual({ records: straight.records, events: straight.events })
    expect(both[0].stdout + both[1].stdout).toMatch(/waiting/)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops at %s with a checkpoint, says how to go on, and goes on',
    async (signal) => {
      const folder = open()
      const running = start([...RUN, '--jobs', '1'], { folder })
      await running.until('epoch 1')
      process.kill(signal === 'SIGINT' ? -running.child.pid! : running.child.pid!, signal)
      const { code, stdout, stderr } = await running.ended
      expect(code).toBe(130)
      expect(stderr).toBe('')
      expect(stdout).toContain('interrupted; go on with: snnx run tiny/tiny.snnx')
      expect(await snnx(['plan', 'tiny/tiny.snnx'], { folder })).toMatchObject({
        stdout: expect.stringMatching(/ checkpoint$/m),
      })
      const resumed = await snnx(RUN, { folder })
      expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining('going on from its checkpoint') })
      expect(outcome(folder)).toEqual({ records: straight.records, events: straight.events })
    },
  )

  it('ends at once at a second Ctrl-C, and still goes on', async () => {
    const folder = open()
    const running = start(RUN, { folder })
    await running.until('epoch 1')
    process.kill(running.child.pid!, 'SIGINT')
    await sleep(350)
    if (running.child.exitCode === null) process.kill(running.child.pid!, 'SIGINT')
    expect(await running.ended).toMatchObject({ code: 130 })
    expect(await snnx(RUN, { folder })).toMatchObject({ code: 0 })
    expect(outcome(folder)).toEqual({ records: straight.records, events: straight.events })
  })
})

function open(): string {
  const folder = makeWorkspace()
  folders.push(folder)
  return folder
}

const outcome = (folder: string) => ({
  records: records(join(folder, 'tiny')),
  events: eventLogs(join(folder, '.snnx')),
})

/** Kills the command, one of its workers, or all of them; false when nothing was left to kill. */
function kill(running: Running, victim: 'all' | 'command' | 'worker', folder: string): boolean {
  if (running.child.exitCode !== null) return false
  if (victim === 'all') killGroup(running)
  else if (victim === 'command') running.child.kill('SIGKILL')
  else {
    const worker = workers(folder)[0]
    if (worker === undefined) killGroup(running)
    else process.kill(worker, 'SIGKILL')
  }
  return true
}

/** The processes that hold the lock of a job. */
function workers(folder: string): number[] {
  const runs = join(folder, '.snnx', 'runs')
  const owners = list(runs).flatMap((hash) =>
    list(join(runs, hash))
      .filter((name) => name.startsWith('lock.'))
      .map((name) => JSON.parse(readFileSync(join(runs, hash, name), 'utf8')) as { pid: number } | null),
  )
  return owners.flatMap((owner) => (owner && isAlive(owner.pid) ? [owner.pid] : []))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Files that only a killed write leaves. */
const leftovers = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp'))
