import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitStratified } from '../src/split.ts'

const CLASSES = 5
const cases = fc.record({
  labels: fc.uint8Array({ max: CLASSES - 1, minLength: 1, maxLength: 400 }),
  share: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
  seed: fc.nat(),
})

describe('stratified split', () => {
  it('is a partition in stored order', () => {
    fc.assert(
      fc.property(cases, ({ labels, share, seed }) => {
        const { train, validation } = splitStratified(labels, CLASSES, share, seed)
        expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...labels.keys()])
        expect([...train]).toEqual([...train].sort((a, b) => a - b))
        expect([...validation]).toEqual([...validation].sort((a, b) => a - b))
      }),
    )
  })

  it('takes the share of the whole, and of each class within one example', () => {
    fc.assert(
      fc.property(cases, ({ labels, share, seed }) => {
        const { validation } = splitStratified(labels, CLASSES, share, seed)
        expect(validation.length).toBe(Math.round(share * labels.length))
        for (let label = 0; label < CLASSES; label++) {
          const all = labels.filter((other) => other === label).length
          const taken = validation.filter((index) => labels[index] === label).length
          expect(Math.abs(taken - share * all)).toBeLessThan(1)
        }
      }),
    )
  })

  it('is fixed by the seed and differs between seeds', () => {
    const labels = Uint8Array.from({ length: 600 }, (_, index) => (index * 7) % CLASSES)
    expect(splitStratified(labels, CLASSES, 0.1, 3)).toEqual(splitStratified(labels, CLASSES, 0.1, 3))
    expect(splitStratified(labels, CLASSES, 0.1, 3)).not.toEqual(splitStratified(labels, CLASSES, 0.1, 4))
  })

  it('picks every example of a class equally often', () => {
    const labels = new Uint8Array(10)
    const hits = new Array<number>(10).fill(0)
    for (let seed = 0; seed < 2000; seed++) {
      for (const index of splitStratified(labels, 1, 0.3, seed).validation) hits[index]!++
    }
    // Binomial(2000, 0.3): mean 600, deviation 20.5; five deviations.
    for (const count of hits) expect(Math.abs(count - 600)).toBeLessThan(103)
  })
})
