import { describe, expect, it } from 'vitest'
import { type Compress, denseJob, epochsOf, isOneShot, METHODS, startsAnew, startsUntrained } from '../src/index.ts'
import { job } from './sample.ts'

const { path: _path, mask: _mask, rates: _rates, ...common } = job.compress as Extract<Compress, { method: 'minimax' }>
const three = { ...common, connectivity: [0.5, 0.2, 0.1], span: 0.5, finetune: 1.5 }
const magnitude: Compress = { ...three, method: 'magnitude' }

describe('epochsOf', () => {
  it('is the span and fine-tuning of each node: 3 x (0.5 + 1.5)', () => {
    expect(epochsOf({ ...job, compress: { ...three, method: 'gradual', interval: 10 } })).toBe(6)
  })

  it('is 2 + 4 + 6 where a method starts anew from the dense network at each node', () => {
    expect(epochsOf({ ...job, compress: magnitude })).toBe(12)
  })

  it('is one stretch of the same length where the schedule is sequential', () => {
    expect(epochsOf({ ...job, compress: { ...magnitude, schedule: 'sequential' } })).toBe(6)
  })

  it('has the epochs of the dense network too, at each node, where a method starts untrained', () => {
    const rigl: Compress = { ...three, method: 'rigl', interval: 10, drop: 0.3, start: 'initial' }
    expect(startsUntrained(rigl)).toBe(true)
    expect(epochsOf({ ...job, compress: rigl })).toBe(3 * 10 + 12)
    expect(epochsOf({ ...job, compress: { ...rigl, schedule: 'sequential' } })).toBe(10 + 6)
    const { start: _, ...dense } = rigl
    expect(startsUntrained(dense)).toBe(false)
    expect(epochsOf({ ...job, compress: dense })).toBe(12)
  })

  it('is 2 + 2 + 2 for lottery tickets, whose rounds go on from each other', () => {
    expect(epochsOf({ ...job, compress: { ...three, method: 'iterative', rewind: 'dense' } })).toBe(6)
  })

  it('is the training of a dense network', () => expect(epochsOf(denseJob(job))).toBe(10))
})

describe('isOneShot', () => {
  it('is true of the methods that cut at once', () => {
    expect(METHODS.filter(isOneShot)).toEqual(['random', 'magnitude', 'magnitude_layer', 'iterative'])
  })
})

describe('startsAnew', () => {
  it('is true of the methods whose nodes do not go on from each other', () => {
    expect(METHODS.filter(startsAnew)).toEqual(['random', 'magnitude', 'magnitude_layer', 'set', 'rigl'])
  })
})
