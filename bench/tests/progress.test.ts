import { expect, it } from 'vitest'
import { formatLeft, Progress } from '../src/progress.ts'

it('what is left follows the pace so far', () => {
  let now = 100
  const progress = new Progress([10, 10, 20], () => now)
  progress.begin(10)
  expect(progress.left()).toBe(40)
  now += 4
  expect(progress.left()).toBe(36)
  now += 16 // the first part took twice as long as guessed
  expect(progress.left()).toBe(30)
  progress.begin(10)
  expect(progress.left()).toBe(60)
  now += 20
  progress.begin(20)
  now += 100
  expect(progress.left()).toBe(0)
})

it('is said in seconds or minutes', () => {
  expect([0, 41.2, 89, 90, 3000].map(formatLeft)).toEqual(['0 s', '42 s', '89 s', '2 min', '50 min'])
})
