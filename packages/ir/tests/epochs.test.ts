import { describe, expect, it } from 'vitest'
import { type Compress, denseJob, epochsOf, isOneShot, METHODS } from '../src/index.ts'
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

  it('is the training of a dense network', () => expect(epochsOf(denseJob(job))).toBe(10))
})

describe('isOneShot', () => {
  it('is true of the methods that cut at once', () => {
    expect(METHODS.filter(isOneShot)).toEqual(['random', 'magnitude', 'magnitude_layer'])
  })
})
