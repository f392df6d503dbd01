import { describe, expect, it } from 'vitest'
import { Child } from '../src/child.ts'

/** A child that greets, then doubles what it is sent. */
const ECHO = `
process.stdout.write('not an object\\n' + JSON.stringify({ ready: process.env.WHO }) + '\\n')
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { n } = JSON.parse(line)
  if (n < 0) { console.error('first words'); console.error('no negative numbers'); process.exit(3) }
  process.stdout.write(JSON.stringify({ twice: 2 * n }) + '\\n')
})`

const start = (program: string) => new Child(process.execPath, ['-e', program], { WHO: 'child' })

describe('Child', () => {
  it('greets, answers each request, and ends when told', async () => {
    const child = start(ECHO)
    expect(await child.answer()).toEqual({ ready: 'child' })
    expect(await child.ask({ n: 2 })).toEqual({ twice: 4 })
    expect(await child.ask({ n: 5 })).toEqual({ twice: 10 })
    await child.stop()
    await child.stop()
  })

  it('that gives up leaves its last words', async () => {
    const child = start(ECHO)
    await child.answer()
    await expect(child.ask({ n: -1 })).rejects.toThrow('no negative numbers')
    await child.stop()
  })

  it('that cannot be started says why', async () => {
    const child = new Child('/no/such/program', [])
    await expect(child.answer()).rejects.toThrow('ENOENT')
    await child.stop()
  })
})
