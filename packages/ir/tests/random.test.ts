import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, shuffle } from '../src/index.ts'

fc.configureGlobal({ seed: 1 })

const WORD = 2n ** 32n
const rotate = (word: bigint, by: bigint) => ((word << by) | (word >> (32n - by))) % WORD

/** xoshiro128** by its definition, in unbounded integers. */
function* xoshiro(state: bigint[]): Generator<number> {
  const [a, b, c, d] = [0, 1, 2, 3] as const
  for (;;) {
    yield Number((rotate((state[b]! * 5n) % WORD, 7n) * 9n) % WORD)
    const shifted = (state[b]! << 9n) % WORD
    state[c]! ^= state[a]!
    state[d]! ^= state[b]!
    state[b]! ^= state[c]!
    state[a]! ^= state[d]!
    state[c]! ^= shifted
    state[d] = rotate(state[d]!, 11n)
  }
}

/** FNV-1a of the key, stretched by splitmix32, in unbounded integers. */
function seedState(...key: (string | number)[]): bigint[] {
  let hash = 2166136261n
  for (const byte of new TextEncoder().encode(JSON.stringify(key))) hash = ((hash ^ BigInt(byte)) * 16777619n) % WORD
  return Array.from({ length: 4 }, () => {
    hash = (hash + 0x9e3779b9n) % WORD
    let mixed = ((hash ^ (hash >> 16n)) * 0x21f0aaadn) % WORD
    mixed = ((mixed ^ (mixed >> 15n)) * 0x735a2d97n) % WORD
    return mixed ^ (mixed >> 15n)
  })
}

const take = (count: number, of: Iterator<number>) => Array.from({ length: count }, () => of.next().value as number)

/** Sum of (observed - expected)^2 / expected over equally likely bins. */
function chiSquare(observed: ArrayLike<number>, draws: number): number {
  const expected = draws / observed.length
  return Array.from(observed).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

describe('createRandom', () => {
  it('is xoshiro128**: the published sequence of state 1, 2, 3, 4 fixes the reference, the reference fixes it', () => {
    expect(take(10, xoshiro([1n, 2n, 3n, 4n]))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ])
    for (const key of [[0], [1, 'shuffle', 3], [4294967296, 'initial', 'linear1.weight']] as [number, ...string[]][]) {
      const random = createRandom(...key)
      expect(Array.from({ length: 500 }, random.word)).toEqual(take(500, xoshiro(seedState(...key))))
    }
  })

  it('draws words whose every byte is uniform', () => {
    const random = createRandom(11, 'bytes')
    const draws = 64_000
    const bins = Array.from({ length: 4 }, () => new Float64Array(256))
    for (let draw = 0; draw < draws; draw++) {
      const word = random.word()
      for (const [byte, counts] of bins.entries()) counts[(word >>> (8 * byte)) & 255]!++
    }
    // 255 degrees of freedom: mean 255, standard deviation 22.6.
    for (const counts of bins) {
      expect(chiSquare(counts, draws)).toBeLessThan(255 + 4 * 22.6)
      expect(chiSquare(counts, draws)).toBeGreaterThan(255 - 4 * 22.6)
    }
  })

  it('draws uniform numbers in [0, 1) and normal ones with the moments of a standard normal', () => {
    const random = createRandom(5, 'moments')
    const draws = 50_000
    const uniform = Array.from({ length: draws }, random.uniform)
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...uniform)).toBeLessThan(1)
    const normal = Array.from({ length: draws }, random.normal)
    const moment = (power: number) => normal.reduce((sum, value) => sum + value ** power, 0) / draws
    // Four standard errors of each moment: sqrt(1/n), sqrt(2/n), sqrt(15/n), sqrt(96/n).
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / draws))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / draws))
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / draws))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / draws))
  })

  it('below() has no modulo bias, even where the plain remainder would favour the lower third by half', () => {
    const bound = 3 * 2 ** 30
    const random = createRandom(2, 'below')
    const draws = 30_000
    const thirds = new Float64Array(3)
    for (let draw = 0; draw < draws; draw++) thirds[Math.floor(random.below(bound) / 2 ** 30)]!++
    expect(chiSquare(thirds, draws)).toBeLessThan(18.4) // 2 degrees of freedom, p = 1e-4
  })

  it('below() stays in range', () => {
    const bounds = fc.integer({ min: 1, max: 2 ** 32 })
    fc.assert(
      fc.property(fc.nat(), bounds, (seed, bound) => {
        const drawn = createRandom(seed, 'range').below(bound)
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true)
      }),
    )
  })

  it('gives equal sequences for equal keys only', () => {
    const keys = [[0, 'a'], [0, 'b'], [1, 'a'], [0, 'a', 0], [0, 'a', 1], [0, 'a', '1'], [0, 'a0'], [0]] as [
      number,
      ...(string | number)[],
    ][]
    const sequence = (key: [number, ...(string | number)[]]) =>
      String(Array.from({ length: 4 }, createRandom(...key).word))
    expect(new Set(keys.map(sequence)).size).toBe(keys.length)
    for (const key of keys) expect(sequence(key)).toBe(sequence(key))
  })

  it('gives streams that do not correlate', () => {
    const draws = 20_000
    const [one, other] = [createRandom(0, 'shuffle', 0), createRandom(0, 'shuffle', 1)]
    let product = 0
    for (let draw = 0; draw < draws; draw++) product += (one.uniform() - 0.5) * (other.uniform() - 0.5)
    expect(Math.abs((12 * product) / draws)).toBeLessThan(4 / Math.sqrt(draws))
  })
})

describe('shuffle', () => {
  it('permutes in place', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const shuffled = [...items]
        expect(shuffle(shuffled, createRandom(seed))).toBe(shuffled)
        expect(shuffled.toSorted()).toEqual(items.toSorted())
      }),
    )
  })

  it('gives every order of four items equally often', () => {
    const orders = new Map<string, number>()
    const draws = 24_000
    for (let draw = 0; draw < draws; draw++) {
      const order = shuffle([0, 1, 2, 3], createRandom(draw, 'order')).join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    expect(orders.size).toBe(24)
    expect(chiSquare([...orders.values()], draws)).toBeLessThan(23 + 4 * Math.sqrt(46))
  })
})
