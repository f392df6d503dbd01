import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundFrames, integrateEvents } from '../../src/events/integrate.ts'
import { eventsOf, type Row, recordings } from './recording.ts'

const FRAMES = fc.integer({ min: 1, max: 12 })

/** SpikingJelly's rule, frame by frame, over the whole list of times each: null where it fails. */
function boundNaively(t: readonly number[], frames: number): [number, number][] | null {
  const share = Math.floor((t.at(-1)! - t[0]!) / frames)
  const bounds: [number, number][] = []
  for (let frame = 0; frame < frames; frame++) {
    const [from, to] = [t[0]! + frame * share, t[0]! + (frame + 1) * share]
    const inside = t.flatMap((time, index) => (time >= from && time < to ? [index] : []))
    if (inside.length === 0) return null
    bounds.push([inside[0]!, inside.at(-1)! + 1])
  }
  bounds.at(-1)![1] = t.length
  return bounds
}

describe('frames by time', () => {
  it('are SpikingJelly’s, also where times do not ascend', () => {
    let compared = 0
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { minLength: 1, maxLength: 80 }),
        fc.boolean(),
        FRAMES,
        (drawn, sorted, frames) => {
          const t = sorted ? drawn.toSorted((a, b) => a - b) : drawn
          const expected = boundNaively(t, frames)
          if (expected === null) return
          compared++
          expect(boundFrames({ t: Float64Array.from(t) }, frames, 'time')).toEqual(expected)
        },
      ),
      { seed: 3, numRuns: 1500 },
    )
    expect(compared).toBeGreaterThan(100)
  })

  it('without events are empty, and what is left goes to the last one', () => {
    const bounds = (t: number[]) => boundFrames({ t: Float64Array.from(t) }, 3, 'time')
    expect(bounds([0, 1, 30])).toEqual([[0, 2], [0, 0], [2, 3]]) // biome-ignore format: one row
    expect(bounds([5, 5, 5, 5])).toEqual([[0, 0], [0, 0], [0, 4]]) // biome-ignore format: one row
    expect(bounds([])).toEqual([[0, 0], [0, 0], [0, 0]]) // biome-ignore format: one row
  })
})

describe('frames by count', () => {
  it('share the events out evenly, the rest to the last one', () => {
    const bounds = (events: number) => boundFrames({ t: new Float64Array(events) }, 3, 'count')
    expect(bounds(11)).toEqual([[0, 3], [3, 6], [6, 11]]) // biome-ignore format: one row
    expect(bounds(2)).toEqual([[0, 0], [0, 0], [0, 2]]) // biome-ignore format: one row
  })
})

describe('integration', () => {
  const cases = fc.tuple(
    recordings({ t: 1000, x: 4, y: 2 }),
    FRAMES,
    fc.constantFrom('time' as const, 'count' as const),
  )

  it('counts every event once, at its own pixel and polarity', () => {
    fc.assert(
      fc.property(cases, ([rows, frames, split]) => {
        const events = eventsOf(rows, 5, 3)
        const sums = integrateEvents(events, frames, split)
        const naive = new Map<string, number>()
        for (const [frame, [from, to]] of boundFrames(events, frames, split).entries()) {
          for (const [, x, y, polarity] of rows.slice(from, to)) {
            const key = String([frame, polarity, y, x])
            naive.set(key, (naive.get(key) ?? 0) + 1)
          }
        }
        let at = 0
        for (let frame = 0; frame < frames; frame++)
          for (let polarity = 0; polarity < 2; polarity++)
            for (let y = 0; y < 3; y++)
              for (let x = 0; x < 5; x++) expect(sums[at++]).toBe(naive.get(String([frame, polarity, y, x])) ?? 0)
        expect(sums.reduce((sum, count) => sum + count, 0)).toBe(rows.length)
      }),
      { seed: 4 },
    )
  })

  it('clears the array that it is given', () => {
    const rows: Row[] = [[7, 1, 1, 1]]
    const held = new Uint32Array(2 * 2 * 2 * 2).fill(9)
    expect(integrateEvents(eventsOf(rows, 2, 2), 2, 'count', held)).toEqual(
      integrateEvents(eventsOf(rows, 2, 2), 2, 'count'),
    )
  })
})
