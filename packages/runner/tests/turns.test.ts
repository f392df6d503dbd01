import { describe, expect, it } from 'vitest'
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
})
