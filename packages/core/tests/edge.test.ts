import { SnnxError } from '@snnx/ir'
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { chain, lif } from './chain.ts'
import { jobOf, runInMemory } from './job.ts'
import { synthesise } from './synthesise.ts'

const dataset = synthesise({ features: 12, classes: 4, train: 320, validation: 80, test: 400 })

beforeAll(async () => {
  await openBackend('cpu')
})

describe('a short span', () => {
  it('of less than half a batch still removes the connections of its node', async () => {
    const job = jobOf({ backend: 'cpu' })
    const dense = await runInMemory({ ...job, train: { ...job.train, epochs: 1 } }, dataset)
    const start = { weights: dense.weights.get('dense')!, test: dense.outcome.dense }
    const { outcome } = await runInMemory(
      {
        ...job,
        compress: {
          method: 'gradual',
          scope: 'global',
          protect: [],
          connectivity: [0.5, 0.25],
          schedule: 'joint',
          span: 0.001,
          finetune: 0,
          interval: 10,
        },
      },
      dataset,
      start,
    )
    const kept = outcome.nodes.map(({ layers }) => layers.reduce((sum, layer) => sum + layer.kept, 0))
    expect(kept).toEqual([240, 120])
  })
})

describe('training that diverges', () => {
  const job = jobOf({ backend: 'cpu' })
  const wild = { ...job.train, optimizer: { ...job.train.optimizer, lr: 3e38 } }

  it.each([
    ['its weights, though the loss stays finite because a neuron at NaN is silent', job.network],
    [
      'its loss, where the read-out is not of spikes',
      {
        ...chain(4, 12, 30),
        classes: 4,
        layers: [
          { kind: 'neuron', name: 'cell1', neuron: lif },
          { kind: 'linear', name: 'linear1', features: 4, bias: false },
          { kind: 'rate' },
        ],
      } satisfies typeof job.network,
    ],
  ] as const)('is a coded error by %s, and leaves no tensors behind', async (_, network) => {
    const before = memory().numTensors
    const failure = await runInMemory({ ...job, network, train: wild }, dataset).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SnnxError)
    expect(failure).toMatchObject({ code: 'SNX1002', help: expect.stringContaining('lr') })
    expect((failure as SnnxError).message).toMatch(/^training diverged/)
    expect(memory().numTensors).toBe(before)
  })
})
