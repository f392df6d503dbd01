import { expect, it } from 'vitest'
import { type Contestant, duel } from '../src/duel.ts'

/** Takes note of its rounds, whose steps take the number of rounds so far. */
function contestant(name: string, log: string[]): Contestant {
  let rounds = 0
  return {
    async round(seconds, steps) {
      log.push(`${name} ${seconds} s ${steps}`)
      return { times: [++rounds] }
    },
  }
}

it('both sides run in turn', async () => {
  const log: string[] = []
  const told: number[][] = []
  const so = await duel(contestant('a', log), contestant('b', log), { rounds: 3, seconds: 2, steps: 5 }, (now) =>
    told.push([now.ours.length, now.peer.length]),
  )
  expect(log).toEqual(Array.from({ length: 3 }, () => ['a 2 s 5', 'b 2 s 5']).flat())
  const rounds = [1, 2, 3].map((ms) => ({ times: [ms] }))
  expect(so).toEqual({ ours: rounds, peer: rounds })
  expect(told).toEqual([1, 2, 3].map((count) => [count, count]))
})

it('without a peer ours runs alone', async () => {
  const log: string[] = []
  expect(await duel(contestant('a', log), null, { rounds: 2, seconds: 1, steps: 1 })).toEqual({
    ours: [{ times: [1] }, { times: [2] }],
    peer: [],
  })
})
