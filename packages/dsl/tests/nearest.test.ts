import fc from 'fast-check'
import { expect, it } from 'vitest'
import { editDistance, nearest } from '../src/nearest.ts'

/** The definition itself, without a table. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const [restA, restB] = [a.slice(0, -1), b.slice(0, -1)]
  const ways = [
    distance(restA, b) + 1,
    distance(a, restB) + 1,
    distance(restA, restB) + (a.at(-1) === b.at(-1) ? 0 : 1),
  ]
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)) {
    ways.push(distance(a.slice(0, -2), b.slice(0, -2)) + 1)
  }
  return Math.min(...ways)
}

it('the distance is that of the definition', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 })
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(distance(a, b))
    }),
  )
})

it('names what was meant, or nothing', () => {
  const known = ['threshold', 'tau', 'reset', 'reset_to']
  expect(nearest('treshold', known)).toBe('threshold')
  expect(nearest('tua', known)).toBe('tau')
  expect(nearest('Reset', known)).toBe('reset')
  expect(nearest('colour', known)).toBeNull()
  expect(nearest('x'.repeat(100), known)).toBeNull()
})
