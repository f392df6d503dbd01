import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mean, median } from '../src/statistic.ts'

describe('median', () => {
  it('has as many values below as above', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values)
        expect(values.filter((value) => value < middle).length * 2).toBeLessThanOrEqual(values.length)
        expect(values.filter((value) => value > middle).length * 2).toBeLessThanOrEqual(values.length)
      }),
      { seed: 1 },
    )
  })

  it('of an even number lies between the two in the middle, and does not sort as text does', () => {
    expect(median([10, 9, 100, 1])).toBe(9.5)
    expect(() => median([])).toThrow(RangeError)
  })
})

it('the mean is the sum over the number', () => expect(mean([1, 2, 6])).toBe(3))
