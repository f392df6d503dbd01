import { estimateMemory } from '@snnx/ir'
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { disposeTensors, initialiseParameters } from '../src/parameters.ts'
import { simulate } from '../src/simulate.ts'
import { open, TESTED } from './backends.ts'
import { chain } from './chain.ts'
import { tensorOf } from './differences.ts'
import { jobOf, runInMemory } from './job.ts'
import { synthesise } from './synthesise.ts'

const MEBI = 2 ** 20

describe.each(TESTED)('training on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  it('holds as many tensors and bytes at the end of each epoch', async () => {
    const dataset = synthesise({ features: 12, classes: 4, train: 160, validation: 32, test: 32 })
    const job = jobOf({ backend })
    const before = memory()
    const ends: { numTensors: number; numBytes: number }[] = []
    await runInMemory({ ...job, train: { ...job.train, epochs: 8 } }, dataset, null, () => ends.push(memory()))
    const epochs = ends.slice(0, 8)
    // Parameters, two moments and the best: four of each, five tensors in this network (two weights, one bias).
    expect(new Set(epochs.map(({ numTensors }) => numTensors - before.numTensors))).toEqual(new Set([12]))
    // The best shares its bytes with the parameters after an epoch that became the best, else it has its own.
    const parameters = 4 * (12 * 30 + 30 + 30 * 4)
    for (const { numBytes } of epochs) expect([3 * parameters, 4 * parameters]).toContain(numBytes - before.numBytes)
    expect(memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes })
  })
})

describe('resident memory on wasm', () => {
  it('stays flat once warm: a leak of one layer of spikes a step would be 80 MiB', async () => {
    await openBackend('wasm')
    const dataset = synthesise({ features: 100, classes: 10, train: 640, validation: 64, test: 64 })
    const job = jobOf({ network: chain(8, 100, 200, 10) })
    const resident: number[] = []
    const wide = { ...job, dataset: { ...job.dataset, batch: 32 }, train: { ...job.train, epochs: 25 } }
    await runInMemory(wide, dataset, null, () => resident.push(process.memoryUsage().rss))
    const [warm, end] = [resident[4]!, Math.min(...resident.slice(-5))]
    expect((end - warm) / MEBI).toBeLessThan(40)
  })
})

describe('estimateMemory', () => {
  it('grows with the batch, the steps and the weights, and is above what the tensors of one forward pass take', async () => {
    await openBackend('cpu')
    const job = jobOf({ network: chain(8, 100, 200, 10) })
    const base = estimateMemory(job)
    expect(estimateMemory({ ...job, dataset: { ...job.dataset, batch: 512 } })).toBeGreaterThan(base)
    expect(estimateMemory({ ...job, network: chain(16, 100, 200, 10) })).toBeGreaterThan(base)
    expect(estimateMemory({ ...job, network: chain(8, 100, 400, 10) })).toBeGreaterThan(base)
    const before = memory().numBytes
    const parameters = initialiseParameters(job.network, 0)
    const x = tensorOf(new Float32Array(16 * 100), [16, 100])
    const output = simulate(job.network, { parameters, masking: null }, x)
    expect(base).toBeGreaterThan(memory().numBytes - before - 4 * 1600)
    disposeTensors(parameters)
    disposeTensors([
      ['x', x],
      ['output', output],
    ])
  })
})
