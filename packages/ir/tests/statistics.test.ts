import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { studentQuantile, summarise, summarisePairs } from '../src/index.ts'

fc.configureGlobal({ seed: 1 })

describe("Student's t", () => {
  // Abramowitz and Stegun, table 26.10: two-sided 95 % and 99 %.
  it.each([
    [1, 12.706, 63.657],
    [2, 4.303, 9.925],
    [3, 3.182, 5.841],
    [4, 2.776, 4.604],
    [5, 2.571, 4.032],
    [6, 2.447, 3.707],
    [7, 2.365, 3.499],
    [8, 2.306, 3.355],
    [9, 2.262, 3.25],
    [10, 2.228, 3.169],
    [15, 2.131, 2.947],
    [20, 2.086, 2.845],
    [30, 2.042, 2.75],
    [60, 2.0, 2.66],
    [120, 1.98, 2.617],
  ])('of %i degrees of freedom is as tabulated', (freedom, at95, at99) => {
    expect(studentQuantile(0.975, freedom)).toBeCloseTo(at95, 3)
    expect(studentQuantile(0.995, freedom)).toBeCloseTo(at99, 3)
  })

  const probability = fc.double({ min: 0.001, max: 0.999, noNaN: true })
  it('has closed forms for 1, 2 and 4 degrees of freedom', () => {
    fc.assert(
      fc.property(probability, (p) => {
        const near = (found: number, expected: number) =>
          expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)))
        near(studentQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)))
        const a = 4 * p * (1 - p)
        near(studentQuantile(p, 2), (2 * p - 1) * Math.sqrt(2 / a))
        const q = Math.cos(Math.acos(Math.sqrt(a)) / 3) / Math.sqrt(a)
        near(studentQuantile(p, 4), Math.sign(p - 0.5) * 2 * Math.sqrt(q - 1))
      }),
    )
  })

  it('is symmetric, grows with the probability, and falls towards the normal distribution', () => {
    expect(studentQuantile(0.5, 7)).toBeCloseTo(0, 12)
    fc.assert(
      fc.property(probability, fc.integer({ min: 1, max: 50 }), (p, freedom) => {
        expect(studentQuantile(p, freedom)).toBeCloseTo(-studentQuantile(1 - p, freedom), 6)
        expect(studentQuantile(p, freedom)).toBeLessThan(studentQuantile(p + 0.0005, freedom))
      }),
    )
    expect(studentQuantile(0.975, 100_000)).toBeCloseTo(1.959964, 4)
  })
})

describe('summarise', () => {
  it('one value has no spread', () => {
    expect(summarise([89.1])).toEqual({ n: 1, mean: 89.1, deviation: null, interval: null })
  })

  it('two values, by hand: the interval is mean +- 12.706 d / 2', () => {
    const { n, mean, deviation, interval } = summarise([1, 3])
    expect([n, mean]).toEqual([2, 2])
    expect(deviation).toBeCloseTo(Math.SQRT2, 12)
    // t = tan(0.475 pi), s / sqrt(2) = 1
    expect(interval![0]).toBeCloseTo(2 - Math.tan(0.475 * Math.PI), 9)
    expect(interval![1]).toBeCloseTo(2 + Math.tan(0.475 * Math.PI), 9)
  })

  it('five values against a textbook computation', () => {
    const { mean, deviation, interval } = summarise([10.1, 9.8, 10.4, 10.0, 9.7])
    expect(mean).toBeCloseTo(10, 12)
    expect(deviation).toBeCloseTo(Math.sqrt(0.075), 12)
    expect(interval![1] - mean).toBeCloseTo((2.776445 * Math.sqrt(0.075)) / Math.sqrt(5), 6)
  })

  it('equal values have an interval of no width', () => {
    expect(summarise([2, 2, 2])).toEqual({ n: 3, mean: 2, deviation: 0, interval: [2, 2] })
  })

  it('another confidence gives another interval', () => {
    const [narrow, wide] = [summarise([1, 2, 4], 0.5), summarise([1, 2, 4], 0.99)]
    expect(wide.interval![0]).toBeLessThan(narrow.interval![0])
    expect(wide.mean).toBe(narrow.mean)
  })

  it('moves and stretches with its values', () => {
    const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 9 })
    fc.assert(
      fc.property(values, (of) => {
        const [plain, moved] = [summarise(of), summarise(of.map((value) => 3 * value - 5))]
        expect(moved.mean).toBeCloseTo(3 * plain.mean - 5, 6)
        expect(moved.deviation!).toBeCloseTo(3 * plain.deviation!, 6)
        expect(moved.interval![1]).toBeCloseTo(3 * plain.interval![1] - 5, 6)
      }),
    )
  })
})

describe('summarisePairs', () => {
  const bySeed = (entries: Record<number, number>) =>
    new Map(Object.entries(entries).map(([seed, value]) => [Number(seed), value]))

  it('takes the seeds that both have, in order', () => {
    const paired = summarisePairs(bySeed({ 2: 5, 0: 1, 7: 100 }), bySeed({ 0: 0, 2: 1, 3: 9 }))!
    expect(paired.seeds).toEqual([0, 2])
    expect(paired).toMatchObject({ n: 2, mean: 2.5 })
  })

  it('is sure where single intervals overlap: what seeds have in common falls out', () => {
    const [one, other] = [bySeed({ 0: 80.5, 1: 85.4, 2: 90.6 }), bySeed({ 0: 80, 1: 85, 2: 90 })]
    expect(summarise([...other.values()]).interval![1]).toBeGreaterThan(summarise([...one.values()]).interval![0])
    expect(summarisePairs(one, other)!.interval![0]).toBeGreaterThan(0)
  })

  it('of one common seed has no interval, of none is nothing', () => {
    expect(summarisePairs(bySeed({ 1: 2 }), bySeed({ 1: 1 }))).toEqual({
      seeds: [1],
      n: 1,
      mean: 1,
      deviation: null,
      interval: null,
    })
    expect(summarisePairs(bySeed({ 1: 2 }), bySeed({ 2: 1 }))).toBeNull()
  })
})
