import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { acquireLock, findOwner } from '../src/store/lock.ts'
import { temporaryFolder } from './sample.ts'

const CONTENDER = new URL('./contender.ts', import.meta.url)

describe('acquireLock', () => {
  it('gives the lock to one and names the owner to the next', async () => {
    const folder = temporaryFolder()
    const first = await acquireLock(folder)
    const second = await acquireLock(folder)
    expect(second).toEqual({ owner: expect.objectContaining({ pid: process.pid, host: hostname() }) })
    if ('lock' in first) await first.lock.release()
    expect(await acquireLock(folder)).toHaveProperty('lock')
  })

  it('takes over from a dead process', async () => {
    const folder = temporaryFolder()
    const dead = spawnSync('true').pid
    writeFileSync(join(folder, 'lock.1'), JSON.stringify({ pid: dead, started: null, host: hostname() }))
    expect(await acquireLock(folder)).toHaveProperty('lock')
    expect(readdirSync(folder)).toEqual(['lock.2'])
  })

  it.runIf(process.platform === 'linux')(
    'takes over from a process whose number was given to another one',
    async () => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'lock.1'), JSON.stringify({ pid: process.pid, started: '1', host: hostname() }))
      expect(await acquireLock(folder)).toHaveProperty('lock')
    },
  )

  it('does not take over from another machine, whose processes it cannot see', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'lock.7'), JSON.stringify({ pid: 1, started: null, host: 'elsewhere' }))
    expect(await acquireLock(folder)).toMatchObject({ owner: { host: 'elsewhere' } })
    expect(findOwner(folder)).toMatchObject({ host: 'elsewhere' })
  })

  it.each(['', 'null', '{', '[]', '{"pid":"x"}', '{"pid":-1}'])(
    'takes a lock file of %j for released',
    async (text) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'lock.1'), text)
      expect(await acquireLock(folder)).toHaveProperty('lock')
    },
  )

  it('lets only one of several processes hold it at a time, killed owners included', async () => {
    const folder = temporaryFolder()
    const journal = join(folder, 'journal')
    writeFileSync(journal, '')
    const children: ChildProcess[] = Array.from({ length: 4 }, () =>
      fork(CONTENDER, [folder, journal, '12'], { execArgv: ['--conditions=@snnx/source', '--no-warnings'] }),
    )
    onTestFinished(() => {
      for (const child of children) child.kill('SIGKILL')
    })
    await Promise.all(children.map((child) => once(child, 'exit')))
    const lines = readFileSync(journal, 'utf8').trim().split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(40)
    for (let index = 0; index < lines.length; index += 2) {
      const [event, pid] = lines[index]!.split(' ')
      expect(event).toBe('in')
      expect(lines[index + 1]).toBe(`out ${pid}`)
    }
  })
})
