import { describe, expect, it, vi } from 'vitest'
import { type Member, QuietRoom } from '../src/queue/quiet.ts'

function memberOf(name: string, said: string[]): Member {
  const say = (word: string) => () => void said.push(`${name} ${word}`)
  return { hold: say('hold'), resume: say('resume'), grant: say('grant') }
}

function roomOf(...names: string[]) {
  const said: string[] = []
  const room = new QuietRoom(1000)
  const members = names.map((name) => memberOf(name, said))
  for (const member of members) room.join(member)
  return { room, said, members: members as [Member, Member, Member] }
}

describe('QuietRoom', () => {
  it('grants at once to who is alone', () => {
    const { room, said, members } = roomOf('a')
    room.request(members[0])
    expect(said).toEqual(['a grant'])
    expect(room.quiet).toBe(true)
    room.release(members[0])
    expect(room.quiet).toBe(false)
  })

  it('waits until the others hold still, and lets them go on afterwards', () => {
    const {
      room,
      said,
      members: [a, b, c],
    } = roomOf('a', 'b', 'c') // prettier-ignore
    room.request(a)
    expect(said).toEqual(['b hold', 'c hold'])
    room.held(b)
    expect(said).toHaveLength(2)
    room.held(c)
    expect(said.at(-1)).toBe('a grant')
    room.release(a)
    expect(said.slice(-2)).toEqual(['b resume', 'c resume'])
  })

  it('serves the next who waits before anybody goes on; who waits counts as still', () => {
    const {
      room,
      said,
      members: [a, b, c],
    } = roomOf('a', 'b', 'c') // prettier-ignore
    room.request(a)
    room.held(b)
    room.request(c)
    expect(said.at(-1)).toBe('a grant')
    room.release(a)
    expect(said).not.toContain('b resume')
    room.held(a)
    room.held(b)
    expect(said.at(-1)).toBe('c grant')
    room.release(c)
    expect(said.slice(-2)).toEqual(['a resume', 'b resume'])
  })

  it('does not wait for who is gone, nor stay quiet when the measurer is', () => {
    const {
      room,
      said,
      members: [a, b, c],
    } = roomOf('a', 'b', 'c') // prettier-ignore
    room.request(a)
    room.held(b)
    room.leave(c)
    expect(said.at(-1)).toBe('a grant')
    room.leave(a)
    expect(said.at(-1)).toBe('b resume')
    expect(room.quiet).toBe(false)
  })

  it('loses patience with one that does not answer', () => {
    vi.useFakeTimers()
    const { room, said, members } = roomOf('a', 'b')
    room.request(members[0])
    vi.advanceTimersByTime(1001)
    expect(said.at(-1)).toBe('a grant')
    vi.useRealTimers()
  })
})
