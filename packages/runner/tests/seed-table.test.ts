import { type Job, type Row, rowsOf } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { formatChange } from '../src/format.ts'
import { describeSeeds, haveSeeds } from '../src/seed-table.ts'
import { sampleJob, sampleNode, sampleRecord, sampleTask } from './sample.ts'

const weights = { file: 'weights/a.safetensors', sha256: 'a'.repeat(64), bytes: 5, denseBytes: 9 }

/** The row of a job at 25 % with this many right answers of 20; its dense network has 15. */
function rowOf(job: Job, correct: number): Row {
  const node = { ...sampleNode(0.25, weights), test: { correct, total: 20 } }
  const at = { ...job, compress: { ...job.compress!, connectivity: [0.25] } }
  return rowsOf({ ...sampleRecord(sampleTask(at)), nodes: [node] })[0]!
}
const magnitude = (seed: number, correct: number) => rowOf({ ...sampleJob, seed }, correct)
const random = (seed: number, correct: number) =>
  rowOf({ ...sampleJob, seed, compress: { ...sampleJob.compress!, method: 'random' } as Job['compress'] }, correct)

const squeeze = (text: string) => text.replace(/ {2,}/g, ' | ').trimEnd().split('\n')

describe('the table over seeds', () => {
  it('has means, deviations, intervals, and what falls out seed by seed', () => {
    const rows = [magnitude(0, 14), magnitude(1, 16), random(0, 12), random(1, 14)]
    expect(squeeze(describeSeeds(rows))).toEqual([
      'over seeds: mean and standard deviation, and the 95 % interval of the mean',
      '',
      'experiment | data | network | method | node | seeds | connectivity | test % | 95 % interval | against dense | 95 % interval | SynOps | energy | latency',
      // 70 and 80 %: s = 7.07, t = 12.706, so 75 +- 63.53
      'sample | fashion_mini | tiny | magnitude | 25 % | 2 | 25 % | 75.00 ± 7.07 | 11.47 to 138.53 | 0.00 | -63.53 to +63.53 | 1,960 | 0.009016 uJ | 1 ms',
      'sample | fashion_mini | tiny | random | 25 % | 2 | 25 % | 65.00 ± 7.07 | 1.47 to 128.53 | -10.00 | -73.53 to +53.53 | 1,960 | 0.009016 uJ | 1 ms',
      '',
      'against the most accurate at the same node, in points of test accuracy: mean difference, seed by seed',
      '',
      'experiment | data | network | method | node | against | seeds | points | 95 % interval',
      'sample | fashion_mini | tiny | random | 25 % | magnitude | 2 | -10.00 | -10.00 to -10.00',
    ])
  })

  it('of single seeds has no intervals and compares nothing', () => {
    const rows = [magnitude(0, 14), random(0, 12)]
    expect(haveSeeds(rows)).toBe(false)
    expect(haveSeeds([...rows, magnitude(1, 16)])).toBe(true)
    expect(describeSeeds(rows)).not.toMatch(/±| to |against the most/)
  })
})

describe('formatChange', () => {
  it.each([
    [0.424, '+0.42'],
    [-1.3, '-1.30'],
    [0, '0.00'],
  ])('%d is %s', (points, text) => expect(formatChange(points)).toBe(text))
})
