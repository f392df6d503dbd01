import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BufferPool, POOLED } from '../src/backend/pool.ts'

/** From where to where a buffer lies in its chunk. */
const placeOf = ({ byteOffset, byteLength }: Float32Array) => [byteOffset, byteOffset + byteLength] as const

describe('the pool of buffers', () => {
  it('hands out each buffer once, none overlapping another, until it is given back', () => {
    const actions = fc.array(fc.record({ length: fc.integer({ min: POOLED, max: 4 * POOLED }), drop: fc.nat(9) }), {
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(actions, (actions) => {
        const pool = new BufferPool()
        const held: Float32Array[] = []
        for (const { length, drop } of actions) {
          const buffer = pool.take(length)
          expect(buffer.length).toBe(length)
          expect(buffer.byteOffset % 64).toBe(0)
          const [start, end] = placeOf(buffer)
          for (const other of held) {
            const [from, to] = placeOf(other)
            expect(other.buffer !== buffer.buffer || end <= from || to <= start).toBe(true)
          }
          held.push(buffer)
          if (drop < held.length) pool.give(held.splice(drop, 1)[0]!)
        }
        // All given back, the gaps have become one: the largest buffer fits at the very front again.
        for (const buffer of held) pool.give(buffer)
        expect(pool.take(60 * 4 * POOLED).byteOffset).toBe(0)
      }),
      { seed: 1, numRuns: 8 },
    )
  })

  it('gives the same places to the same requests, step after step', () => {
    const pool = new BufferPool()
    const step = () => {
      const [a, b] = [pool.take(5 * POOLED), pool.take(3 * POOLED)]
      pool.give(a)
      const c = pool.take(2 * POOLED)
      const places = [a, b, c].map(placeOf)
      pool.give(b)
      pool.give(c)
      return places
    }
    expect(step()).toEqual(step())
  })

  it('opens another chunk for what no gap holds', () => {
    const pool = new BufferPool()
    const [first, second] = [pool.take(1 << 28), pool.take(POOLED)]
    expect(second.buffer).not.toBe(first.buffer)
    pool.give(first)
    expect(pool.take(1 << 28).buffer === first.buffer).toBe(true)
  })

  it('leaves small arrays alone', () => {
    const pool = new BufferPool()
    const small = pool.take(POOLED - 1)
    pool.give(small)
    expect(pool.take(POOLED - 1) === small).toBe(false)
  })
})
