import { describe, expect, it } from 'vitest'
import { connectivityOf, denseJob, percent, rowsOf } from '../src/index.ts'
import { job, node, record } from './sample.ts'

describe('rowsOf', () => {
  it('derives every figure from the counts', () => {
    expect(rowsOf(record)).toEqual([
      {
        experiment: 'sample',
        dataset: 'fashion_mnist',
        network: 'small',
        method: 'minimax',
        seed: 0,
        node: 0.25,
        connectivity: 0.25, // 1,960 of 7,840: linear2 is protected
        testAccuracy: 87.5,
        validationAccuracy: 85,
        denseAccuracy: 90,
        flops: 16_480, // 15,680 + 800
        synops: 10_200, // 408,000 / 40
        energyPJ: expect.closeTo(46_180, 9), // 10,000 x 4.6 + 200 x 0.9
        latencyMs: 1.5,
        bytes: 900,
        epochs: 5,
        macs: 10_000, // linear1 sees real values
        acs: 200,
        computedFlops: 2_760, // 15,680 / 8 + 800: linear1's input is constant
        activationSparsity: 0.85, // 960 spikes of 20 neurons x 8 steps x 40 samples
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
    expect(rowsOf(other)[0]!.energyPJ).toBe(10_000)
  })

  it('gives one row a node, in order', () => {
    const two = { ...record, nodes: [node, { ...node, target: 0.1 }] }
    expect(rowsOf(two).map((row) => row.node)).toEqual([0.25, 0.1])
  })
})

describe('connectivityOf', () => {
  it('counts the prunable layers only', () => {
    expect(connectivityOf(node, ['linear1', 'linear2'])).toBe(2_060 / 7_940)
    expect(connectivityOf(node, ['linear2'])).toBe(1)
  })
})

describe('percent', () => {
  it('is exact where the share is', () => expect(percent({ correct: 8916, total: 10_000 })).toBe(89.16))
})
