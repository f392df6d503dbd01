import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openEventLog } from '../src/store/event-log.ts'
import { temporaryFolder } from './sample.ts'

const resume = (epoch: number) => ({ type: 'resume', epoch }) as const

describe('openEventLog', () => {
  it('appends a line an event, with the time first', () => {
    const path = join(temporaryFolder(), 'events.jsonl')
    const log = openEventLog(path, 0)
    expect(log.begun()).toBeNull()
    log.append(resume(1))
    log.append(resume(2))
    const lines = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toEqual([1, 2].map((epoch) => ({ at: expect.any(Number), type: 'resume', epoch })))
    expect(log.begun()).toBe(lines[0].at)
    expect(log.sync()).toBe(readFileSync(path).length)
    log.close()
  })

  it('cuts off what no checkpoint covers, half a line included, and goes on', () => {
    const path = join(temporaryFolder(), 'events.jsonl')
    const first = openEventLog(path, 0)
    first.append(resume(1))
    const kept = first.sync()
    first.append(resume(2))
    first.close()
    appendFileSync(path, '{"at":')
    const second = openEventLog(path, kept)
    second.append(resume(3))
    second.close()
    const epochs = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).epoch)
    expect(epochs).toEqual([1, 3])
  })

  it('refuses a log that is shorter than its checkpoint knows, and leaves it', () => {
    const path = join(temporaryFolder(), 'events.jsonl')
    writeFileSync(path, '{}\n')
    expect(() => openEventLog(path, 4)).toThrow(expect.objectContaining({ code: 'SNX0813' }))
    expect(readFileSync(path, 'utf8')).toBe('{}\n')
  })
})
