import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apportion } from '../src/index.ts'

const sizes = fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 })

describe('apportion', () => {
  it.each([
    [10, [3.2, 3.2, 3.6], [3, 3, 4]],
    [2, [2 / 3, 2 / 3, 2 / 3], [1, 1, 0]], // the first ones win ties
    [0, [0, 0], [0, 0]],
    [51, [50, 0.25, 0.25], [50, 1, 0]], // a whole quota is never rounded
    [50, [50, 0.2, 0.2], [50, 0, 0]],
  ])('gives %d by quotas %j', (whole, quotas, parts) => expect(apportion(whole, quotas)).toEqual(parts))

  it('adds up, each part within one of its quota, larger sizes never getting less', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (sizes, share) => {
        const total = sizes.reduce((sum, size) => sum + size, 0)
        const whole = Math.round(share * total)
        const parts = apportion(
          whole,
          sizes.map((size) => share * size),
        )
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole)
        for (const [index, size] of sizes.entries()) {
          expect(Math.abs(parts[index]! - share * size)).toBeLessThan(1)
          for (const [other, smaller] of sizes.entries())
            if (smaller < size) expect(parts[other]!).toBeLessThanOrEqual(parts[index]!)
        }
      }),
      { seed: 1 },
    )
  })
})
