import { describe, expect, it } from 'vitest'
import { type Member, QuietRoom } from '../src/queue/quiet.ts'
import type { WorkerMessage } from '../src/task.ts'
import { Turns } from '../src/turns.ts'

const settle = () => new Promise((resolve) => setTimeout(resolve))

describe('Turns', () => {
  it('goes on at once unless told to hold still', async () => {
    const sent: WorkerMessage[] = []
    await new Turns((message) => sent.push(message)).turn()
    expect(sent).toEqual([])
  })

  it('holds still from one measurement to the next, and says so each time', async () => {
    const sent: string[] = []
    const turns = new Turns(({ type }) => sent.push(type))
    turns.take({ type: 'hold' })
    let gone = false
    const waiting = turns.turn().then(() => {
      gone = true
    })
    turns.take({ type: 'hold' })
    await settle()
    expect([sent, gone]).toEqual([['held', 'held'], false])
    turns.take({ type: 'resume' })
    await waiting
    expect(gone).toBe(true)
    await turns.turn()
    expect(sent).toHaveLength(2)
  })

  it('goes on when nobody is left to say so', async () => {
    const turns = new Turns(() => {})
    turns.take({ type: 'hold' })
    const waiting = turns.turn()
    turns.goOn()
    await waiting
  })

  it('of two that want to measure at once, both go on afterwards', async () => {
    const room = new QuietRoom()
    const channels: { member: Member; turns: Turns }[] = ['a', 'b'].map(() => {
      const turns = new Turns(({ type }) => {
        if (type === 'request') room.request(member)
        if (type === 'held') room.held(member)
        if (type === 'release') room.release(member)
      })
      const say = (type: 'hold' | 'resume' | 'grant') => () => queueMicrotask(() => turns.take({ type }))
      const member: Member = { hold: say('hold'), resume: say('resume'), grant: say('grant') }
      return { member, turns }
    })
    for (const { member } of channels) room.join(member)
    const connected = Object.getOwnPropertyDescriptor(process, 'connected')
    Object.defineProperty(process, 'connected', { value: true, configurable: true })
    const measured = await Promise.all(channels.map(({ turns }, which) => turns.alone(() => which)))
    if (connected) Object.defineProperty(process, 'connected', connected)
    expect(measured).toEqual([0, 1])
    await Promise.all(channels.map(({ turns }) => turns.turn()))
  })
})
