import { describe, expect, it } from 'vitest'
import { connectivityOf, denseJob, percent, rowsOf } from '../src/index.ts'
import { job, node, record } from './sample.ts'

describe('rowsOf', () => {
  it('derives every figure from the counts', () => {
    expect(rowsOf(record)).toEqual([
      {
        experiment: 'sample',
        dataset: 'fashion_mnist',
        network: 'mlp',
        method: 'minimax',
        seed: 0,
        node: 0.25,
        connectivity: 0.25, // 75 of 300: linear2 is protected
        testAccuracy: 87.5,
        validationAccuracy: 85,
        denseAccuracy: 90,
        flops: 1400, // 600 + 800
        synops: 700, // 28,000 / 40
        energyPJ: expect.closeTo(2480, 9), // (20,000 x 4.6 + 8,000 x 0.9) / 40
        latencyMs: 1.5,
        bytes: 900,
        epochs: 5,
        backend: 'wasm',
        job: record.hash,
        variant: { 'train.epochs': 10 },
      },
    ])
  })

  it('calls a job without compression dense, and its node null', () => {
    const dense = { ...record, job: denseJob(job), nodes: [{ ...node, target: null }] }
    expect(rowsOf(dense)).toMatchObject([{ method: 'dense', node: null }])
  })

  it('uses the energy model of the record, not of the program', () => {
    const other = { ...record, energyModel: { name: 'x', source: 'y', picojoulePerMac: 1, picojoulePerAc: 0 } }
    expect(rowsOf(other)[0]!.energyPJ).toBe(500)
  })

  it('gives one row a node, in order', () => {
    const two = { ...record, nodes: [node, { ...node, target: 0.1 }] }
    expect(rowsOf(two).map((row) => row.node)).toEqual([0.25, 0.1])
  })
})

describe('connectivityOf', () => {
  it('counts the prunable layers only', () => {
    expect(connectivityOf(node, ['linear1', 'linear2'])).toBe(175 / 400)
    expect(connectivityOf(node, ['linear2'])).toBe(1)
  })
})

describe('percent', () => {
  it('is exact where the share is', () => expect(percent({ correct: 8916, total: 10_000 })).toBe(89.16))
})
