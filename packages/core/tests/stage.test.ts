import type { Compress, Job, Network, Neuron } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { planStages } from '../src/stage.ts'

const neuron: Neuron = {
  model: 'lif',
  tau: 2,
  threshold: 1,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
}
const network: Network = {
  name: 'mlp',
  steps: 8,
  input: [784],
  classes: 10,
  layers: [
    { kind: 'linear', name: 'linear1', features: 800, bias: true },
    { kind: 'neuron', name: 'cell1', neuron },
    { kind: 'linear', name: 'linear2', features: 10, bias: false },
    { kind: 'neuron', name: 'cell2', neuron },
    { kind: 'rate' },
  ],
}
const compress: Compress = {
  method: 'gradual',
  interval: 100,
  scope: 'global',
  protect: [],
  connectivity: [0.25, 0.12, 0.0073],
  schedule: 'joint',
  span: 2,
  finetune: 3,
}
const jobOf = (of: Partial<Compress> | null): Job => ({
  dataset: { name: 'fashion_mnist', encode: 'direct', batch: 64, validation: 0.1 },
  network,
  train: {
    loss: 'mse',
    optimizer: { kind: 'sgd', lr: 0.1, momentum: 0.9 },
    schedule: { kind: 'constant' },
    epochs: 10,
  },
  compress: of && ({ ...compress, ...of } as Compress),
  backend: 'cpu',
  seed: 0,
})

describe('planStages', () => {
  it('dense: one stage, no node', () => {
    expect(planStages(jobOf(null), 100)).toMatchObject([
      { node: null, target: null, steps: 1000, spanSteps: 0, removed: 0, begins: 0 },
    ])
  })

  it('joint: span and fine-tuning at every node, each going on from the one before', () => {
    // Removed: 635,200 less floor(c N) = 158,800, 76,224, 4,636.
    expect(planStages(jobOf({}), 100)).toEqual([
      {
        node: 0,
        target: 0.25,
        steps: 500,
        spanSteps: 200,
        removedBefore: 0,
        removed: 476_400,
        start: 'dense',
        begins: 0,
      },
      {
        node: 1,
        target: 0.12,
        steps: 500,
        spanSteps: 200,
        removedBefore: 476_400,
        removed: 558_976,
        start: 'previous',
        begins: 500,
      },
      {
        node: 2,
        target: 0.0073,
        steps: 500,
        spanSteps: 200,
        removedBefore: 558_976,
        removed: 630_564,
        start: 'previous',
        begins: 1000,
      },
    ])
  })

  it('sequential: straight to the last node, with the same epochs in all', () => {
    expect(planStages(jobOf({ schedule: 'sequential' }), 100)).toEqual([
      {
        node: 0,
        target: 0.0073,
        steps: 1500,
        spanSteps: 600,
        removedBefore: 0,
        removed: 630_564,
        start: 'dense',
        begins: 0,
      },
    ])
  })

  it('one-shot: from the dense network at every node, for as long as a joint run has trained by then', () => {
    const stages = planStages(jobOf({ method: 'magnitude' }), 100)
    expect(stages.map(({ steps }) => steps)).toEqual([500, 1000, 1500])
    expect(stages.map(({ begins }) => begins)).toEqual([0, 0, 0])
    for (const stage of stages) expect(stage).toMatchObject({ spanSteps: 0, removedBefore: 0, start: 'dense' })
  })

  it('protected layers keep all, and the targets count the others only', () => {
    const job = jobOf({ protect: ['linear1'], connectivity: [0.25] })
    expect(planStages(job, 100)).toMatchObject([{ removed: 6_000 }])
  })

  it('prunes weights only: biases are in no count', () => {
    expect(planStages(jobOf({ connectivity: [0.5] }), 100)).toMatchObject([{ removed: 317_600 }])
  })

  it('gives parts of an epoch whole steps, and never fewer than one', () => {
    expect(planStages(jobOf({ span: 0.25, finetune: 0.1 }), 10)[0]).toMatchObject({ steps: 4, spanSteps: 3 })
    expect(planStages(jobOf({ span: 0.01, finetune: 0 }), 10)[0]).toMatchObject({ steps: 1, spanSteps: 1 })
    expect(planStages(jobOf({ method: 'magnitude', span: 0.01, finetune: 0 }), 10)[0]).toMatchObject({
      steps: 1,
      spanSteps: 0,
    })
  })
})

describe('planStages of the rivals', () => {
  it("a method that takes the dense network's place trains for its epochs too, and starts anew at every node", () => {
    const dynamic = { method: 'rigl', interval: 100, drop: 0.3, start: 'initial' } as const
    const stages = planStages(jobOf(dynamic), 100)
    // 10 epochs of dense training, then as many as the others have spent by the node: (10 + 2 k) of 10 + 5 k.
    expect(stages.map(({ steps, spanSteps }) => [steps, spanSteps])).toEqual([
      [1500, 1200],
      [2000, 1400],
      [2500, 1600],
    ])
    for (const stage of stages) expect(stage).toMatchObject({ start: 'initial', begins: 0, removedBefore: 0 })
    expect(planStages(jobOf({ ...dynamic, schedule: 'sequential' }), 100)).toMatchObject([
      { node: 0, target: 0.0073, steps: 2500, spanSteps: 1600, start: 'initial' },
    ])
  })

  it("from the dense network it spends the others' epochs alone", () => {
    const stages = planStages(jobOf({ method: 'set', interval: 100, drop: 0.3 }), 100)
    expect(stages.map(({ steps, spanSteps, start }) => [steps, spanSteps, start])).toEqual([
      [500, 200, 'dense'],
      [1000, 400, 'dense'],
      [1500, 600, 'dense'],
    ])
  })

  it('lottery tickets: each node is a round that goes on from the one before', () => {
    const stages = planStages(jobOf({ method: 'iterative', rewind: 'dense' }), 100)
    expect(stages.map(({ steps, spanSteps, start, begins }) => [steps, spanSteps, start, begins])).toEqual([
      [500, 0, 'dense', 0],
      [500, 0, 'previous', 500],
      [500, 0, 'previous', 1000],
    ])
    expect(stages.map(({ removedBefore }) => removedBefore)).toEqual([0, 476_400, 558_976])
  })

  it('one curve through all nodes: each has its share of the spans, as the curve has it, and all of its fine-tuning', () => {
    const stages = planStages(jobOf({ path: 'whole' }), 100)
    const last = 630_564
    const times = [476_400, 558_976, last].map((removed) => 600 * (1 - Math.cbrt(1 - removed / last)))
    const spans = stages.map(({ spanSteps }) => spanSteps)
    for (const [index, time] of times.entries()) {
      const sum = spans.slice(0, index + 1).reduce((total, span) => total + span, 0)
      expect(Math.abs(sum - time)).toBeLessThanOrEqual(1)
    }
    expect(spans.reduce((total, span) => total + span, 0)).toBe(600)
    expect(stages.map(({ steps }, index) => steps - spans[index]!)).toEqual([300, 300, 300])
    for (const stage of stages) expect(stage.curve).toBe(last)
  })
})
