import { describe, expect, it } from 'vitest'
import { BufferPool, POOLED } from '../src/backend/pool.ts'

const MIB = 1 << 18

describe('the pool of buffers', () => {
  it('lends a buffer again that was given back', () => {
    const pool = new BufferPool()
    const buffer = pool.take(MIB)
    pool.give(buffer)
    expect([pool.take(MIB) === buffer, pool.take(MIB) === buffer]).toEqual([true, false])
  })

  it('keeps all buffers of a network of a few MiB', () => {
    const pool = new BufferPool()
    const lengths = [5, 4, 3, 2].map((mib) => mib * MIB)
    const first = lengths.map((length) => {
      const buffer = pool.take(length)
      pool.give(buffer)
      return buffer
    })
    expect(lengths.map((length, index) => pool.take(length) === first[index])).toEqual([true, true, true, true])
  })

  it('frees buffers of other lengths at once rather than hold more than was ever in use', () => {
    const pool = new BufferPool()
    const [large, other] = [pool.take(40 * MIB), pool.take(30 * MIB)]
    pool.give(large)
    pool.give(other)
    pool.take(50 * MIB)
    // Of 70 MiB at most, 50 are in use: the first that was given back had to go, and then the other.
    expect([large.length, other.length]).toEqual([0, 0])
  })

  it('leaves small arrays alone', () => {
    const pool = new BufferPool()
    const small = pool.take(POOLED - 1)
    pool.give(small)
    expect(pool.take(POOLED - 1) === small).toBe(false)
  })
})
