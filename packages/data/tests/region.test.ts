import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseRegion, DRAWS } from '../src/folder/region.ts'

const draws = fc.array(fc.double({ min: 0, max: 0.999999, noNaN: true }), { minLength: DRAWS, maxLength: DRAWS })
const side = fc.integer({ min: 1, max: 3000 })

describe('chooseRegion', () => {
  it('lies inside the image, whatever its form', () => {
    fc.assert(
      fc.property(side, side, fc.double({ min: 0.01, max: 1, noNaN: true }), draws, (width, height, area, of) => {
        const region = chooseRegion(width, height, area, of)
        for (const value of Object.values(region)) expect(Number.isInteger(value)).toBe(true)
        expect(Math.min(region.left, region.top)).toBeGreaterThanOrEqual(0)
        expect(Math.min(region.width, region.height)).toBeGreaterThanOrEqual(1)
        expect(region.left + region.width).toBeLessThanOrEqual(width)
        expect(region.top + region.height).toBeLessThanOrEqual(height)
      }),
      { seed: 2, numRuns: 1000 },
    )
  })

  it('has at least the share that it must, and sides at most 4 : 3, but for whole pixels', () => {
    fc.assert(
      fc.property(draws, (of) => {
        const { width, height } = chooseRegion(640, 480, 0.08, of)
        const slack = 1 + 1 / Math.min(width, height)
        expect(width * height).toBeGreaterThan((0.08 * 640 * 480) / slack ** 2)
        expect(Math.max(width / height, height / width)).toBeLessThan((4 / 3) * slack ** 2)
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  it('is what its four numbers say: share, ratio, place', () => {
    // A quarter of 100 x 100 in the ratio 1 : 1, at the middle of the room across and at the top.
    const first = [(0.25 - 0.08) / 0.92, 0.5, 0.5, 0]
    const of = [...first, ...Array(DRAWS - 4).fill(0)]
    expect(chooseRegion(100, 100, 0.08, of)).toEqual({ left: 25, top: 0, width: 50, height: 50 })
  })

  it('goes on to the next numbers where the first do not fit', () => {
    // All of a wide image at 3 : 4 is higher than it is.
    const of = [0.999, 0, 0, 0, (0.25 - 0.08) / 0.92, 0.5, 0, 0, ...Array(DRAWS - 8).fill(0)]
    expect(chooseRegion(200, 100, 0.08, of)).toEqual({ left: 0, top: 0, width: 71, height: 71 })
  })

  it('takes the middle at the widest ratio where nothing fits', () => {
    const never = Array.from({ length: DRAWS }, (_, at) => (at % 4 === 0 ? 0.999 : 0))
    expect(chooseRegion(1000, 10, 0.9, never)).toEqual({ left: 493, top: 0, width: 13, height: 10 })
    expect(chooseRegion(10, 1000, 0.9, never)).toEqual({ left: 0, top: 493, width: 10, height: 13 })
  })
})
