import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { onStop } from '../src/interrupt.ts'

it('takes signals close together for one press, a later one for the second, and listens no longer after that', async () => {
  const calls: string[] = []
  const before = process.listenerCount('SIGINT')
  const release = onStop({ first: () => calls.push('first'), second: () => calls.push('second') })
  process.emit('SIGINT')
  process.emit('SIGTERM')
  expect(calls).toEqual(['first'])
  await sleep(320)
  process.emit('SIGINT')
  expect(calls).toEqual(['first', 'second'])
  release()
  expect(process.listenerCount('SIGINT')).toBe(before)
})
