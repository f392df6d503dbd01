import { describe, expect, it } from 'vitest'
import { connectivityOf, denseJob, identifyJob, percent, rowsOf, synapticConnectivityOf } from '../src/index.ts'
import { circumstances, job, node, record, smallJob } from './sample.ts'

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
        index: 0,
        goal: '25 %',
        budgets: [],
        connectivity: 0.25, // 1,960 of 7,840: linear2 is protected
        synapticConnectivity: null, // the record is of before it was counted
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
        series: identifyJob(smallJob, circumstances), // its seed is 0
        setup: identifyJob(denseJob(smallJob), circumstances),
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

  it('has the same series and set-up for another seed, another series for another method', () => {
    const [row] = rowsOf(record)
    const [seed] = rowsOf({ ...record, job: { ...record.job, seed: 7 } })
    const [other] = rowsOf({ ...record, job: { ...record.job, compress: { ...record.job.compress!, finetune: 9 } } })
    expect([seed!.series, seed!.setup]).toEqual([row!.series, row!.setup])
    expect(other!.setup).toBe(row!.setup)
    expect(other!.series).not.toBe(row!.series)
  })

  it('gives one row a node, in order', () => {
    const two = { ...record, nodes: [node, { ...node, target: 0.1 }] }
    expect(rowsOf(two).map((row) => row.node)).toEqual([0.25, 0.1])
  })
})

describe('synapticConnectivityOf', () => {
  const counted = (synapses: (number | undefined)[]) => ({
    ...node,
    layers: node.layers.map((layer, index) => ({ ...layer, synapses: synapses[index] })),
  })
  it('is of the prunable layers, all synapses of the dense network being the whole', () => {
    expect(synapticConnectivityOf(counted([1_568, 50]), record)).toBe(0.2) // of 7,840
    expect(synapticConnectivityOf(counted([1_568, 50]), { ...record, prunable: ['linear1', 'linear2'] })).toBe(
      1_618 / 7_940,
    )
  })
  it('is all of a dense network, whatever its record has', () => {
    expect(synapticConnectivityOf({ ...node, target: null }, record)).toBe(1)
  })
  it('is unknown where a layer has none', () => {
    expect(
      synapticConnectivityOf(counted([1_568, undefined]), { ...record, prunable: ['linear1', 'linear2'] }),
    ).toBeNull()
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
