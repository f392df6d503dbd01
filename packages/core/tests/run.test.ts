import { type Bound, type Dataset, type Event, type Job, measureResource, type Neuron, type Progress } from '@snnx/ir'
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { Interrupted, type Outcome, openBackend, runJob, type Session } from '../src/index.ts'
import { synthesise } from './synthesise.ts'

const lif: Neuron = {
  model: 'lif',
  tau: 2,
  threshold: 1,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
}
const dense: Job = {
  dataset: { name: 'fashion_mini', encode: 'direct', batch: 16, validation: 0.1 },
  network: {
    name: 'mlp',
    steps: 4,
    input: [12],
    classes: 4,
    layers: [
      { kind: 'linear', name: 'linear1', features: 30, bias: false },
      { kind: 'neuron', name: 'cell1', neuron: lif },
      { kind: 'linear', name: 'linear2', features: 4, bias: false },
      { kind: 'neuron', name: 'cell2', neuron: lif },
      { kind: 'rate' },
    ],
  },
  train: {
    loss: 'mse',
    optimizer: { kind: 'adam', lr: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    schedule: { kind: 'cosine', warmup: 1 },
    epochs: 4,
  },
  compress: null,
  backend: 'wasm',
  seed: 3,
}
const common = {
  scope: 'global' as const,
  protect: [],
  connectivity: [0.5, 0.2],
  schedule: 'joint' as const,
  span: 1.5,
  finetune: 1,
}
const METHODS: Record<string, NonNullable<Job['compress']>> = {
  minimax: { method: 'minimax', ...common, path: 'dual', mask: 'soft', rates: { s: 1, y: 1, z: 3 } },
  hard: { method: 'minimax', ...common, path: 'dual', mask: 'hard', rates: { s: 1, y: 1, z: 3 } },
  ste: { method: 'ste', ...common },
  sequential: {
    method: 'minimax',
    ...common,
    schedule: 'sequential',
    path: 'dual',
    mask: 'soft',
    rates: { s: 1, y: 1, z: 3 },
  },
  gradual: { method: 'gradual', ...common, interval: 5 },
  magnitude: { method: 'magnitude', ...common },
  magnitude_layer: { method: 'magnitude_layer', ...common },
  random: { method: 'random', ...common },
  random_erk: { method: 'random', ...common, allocation: 'erk', start: 'initial' },
  whole: { method: 'gradual', ...common, interval: 5, path: 'whole' },
  iterative: { method: 'iterative', ...common, rewind: 'dense' },
  ticket: { method: 'iterative', ...common, rewind: 'initial' },
  set: { method: 'set', ...common, interval: 5, drop: 0.3, allocation: 'erk', start: 'initial' },
  rigl: { method: 'rigl', ...common, interval: 5, drop: 0.3, allocation: 'erk', start: 'initial' },
  rigl_dense: { method: 'rigl', ...common, interval: 7, drop: 0.3 },
  stds: { method: 'stds', ...common },
  grad_r: { method: 'grad_r', ...common, pull: 1 },
  admm: { method: 'admm', ...common, rho: 0.01, interval: 5 },
  upr: { method: 'upr', ...common, price: 1 },
}

const dual = { path: 'dual' as const, mask: 'soft' as const, rates: { s: 3, y: 0.2, z: 3 } }
const free = { ...common, connectivity: [1, 1] }
const synops: Bound = { resource: 'synops', of: 'dense', limits: [0.5, 0.2] }
/** Bounds of other resources than connectivity. */
const BOUNDED: Record<string, NonNullable<Job['compress']>> = {
  synops: { method: 'minimax', ...free, ...dual, bounds: [synops] },
  layerwise: { method: 'minimax', ...free, ...dual, scope: 'layerwise', bounds: [synops] },
  magnitude_scores: { method: 'minimax', ...free, ...dual, score: 'magnitude', bounds: [synops] },
  several: {
    method: 'minimax',
    ...common,
    ...dual,
    bounds: [
      { resource: 'flops', of: 'amount', limits: [null, 400] },
      { resource: 'energy', of: 'dense', limits: [0.45, 0.25] },
      { resource: 'size', of: 'amount', limits: [null, 1150] },
      { resource: 'neurons', of: 'amount', limits: [100, 50] },
    ],
  },
  gradual_synops: { method: 'gradual', ...free, interval: 5, bounds: [synops] },
  magnitude_flops: {
    method: 'magnitude',
    ...free,
    bounds: [{ resource: 'flops', of: 'dense', limits: [0.5, 0.25] }],
  },
}

const dataset: Dataset = synthesise({ features: 12, classes: 4, train: 320, validation: 80, test: 160 })

interface Ran {
  outcome: Outcome
  weights: Map<string, Uint8Array>
  events: Event[]
  progress: Progress[]
}

/** Runs a job in memory, interrupting it at each of the given checkpoint counts and going on from what was saved. */
async function run(job: Job, start: Session['dense'], cuts: number[] = [], stored: string[] = []): Promise<Ran> {
  const weights = new Map<string, Uint8Array>()
  const events: Event[] = []
  const progress: Progress[] = []
  let checkpoint: Uint8Array | null = null
  for (;;) {
    const abort = new AbortController()
    let saved = 0
    const cut = cuts.shift()
    if (cut === 0) abort.abort()
    try {
      const outcome = await runJob({
        job,
        hash: '0123456789abcdef',
        dataset,
        dense: start,
        checkpoint,
        async saveCheckpoint(bytes) {
          checkpoint = bytes
          if (++saved === cut) abort.abort()
        },
        async saveWeights(name, bytes) {
          weights.set(name, bytes)
          stored.push(name)
          return `${name}.safetensors`
        },
        log: (event) => events.push(event),
        progress: (at) => progress.push(at),
        signal: abort.signal,
      })
      return { outcome, weights, events, progress }
    } catch (failure) {
      if (!(failure instanceof Interrupted)) throw failure
    }
  }
}

/** The numbers that do not depend on the clock. */
function timeless({ outcome, weights }: Ran) {
  const nodes = outcome.nodes.map(({ latency: _, ...node }) => node)
  const { trainSeconds: _t, measureSeconds: _m, ...rest } = outcome
  return { ...rest, nodes, weights: [...weights].map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]) }
}

describe('running a job', () => {
  let trained: Ran
  let start: NonNullable<Session['dense']>
  beforeAll(async () => {
    await openBackend('wasm')
    trained = await run(dense, null)
    start = { weights: trained.weights.get('dense')!, test: trained.outcome.dense }
  })

  /** What every job does, whatever it is. */
  function itGoesOnAndLeaksNothing(job: Job): void {
    it('interrupted anywhere and resumed, ends with the same numbers', async () => {
      const whole = await run(job, start)
      const cut = await run(job, start, [0, 1, 2, 1])
      expect(timeless(cut)).toEqual(timeless(whole))
    })

    it('leaks no tensors', async () => {
      const before = memory().numTensors
      await run(job, start)
      expect(memory().numTensors).toBe(before)
    })
  }

  it('learns', () => {
    expect(trained.outcome.nodes).toHaveLength(1)
    expect(trained.outcome.dense.correct / trained.outcome.dense.total).toBeGreaterThan(0.8)
    expect(trained.outcome.curves.map((epoch) => epoch.epoch)).toEqual([1, 2, 3, 4])
  })

  it('gives the same result twice', async () => {
    expect(timeless(await run(dense, null))).toEqual(timeless(trained))
  })

  describe.each(Object.keys(METHODS))('%s', (name) => {
    const job: Job = { ...dense, compress: METHODS[name]! }

    it('keeps exactly K weights at each node, and its file says so', async () => {
      const { outcome, weights } = await run(job, start)
      const targets = name === 'sequential' ? [0.2] : [0.5, 0.2]
      expect(outcome.nodes.map((node) => node.target)).toEqual(targets)
      for (const node of outcome.nodes) {
        const kept = node.layers.reduce((sum, layer) => sum + layer.kept, 0)
        expect(kept).toBe(Math.floor(node.target! * 480))
        expect(node.bestEpoch).toBeLessThanOrEqual(node.epochs)
      }
      const untrained = 'start' in job.compress! && job.compress.start === 'initial'
      expect(outcome.nodes.at(-1)!.epochs).toBe(untrained ? 9 : 5)
      expect([...weights.keys()]).toEqual(targets.map((_, index) => `node-${index + 1}`))
    })

    it('says how many training samples are behind each point, as many as of every other method', async () => {
      const { outcome } = await run(job, start)
      // 4 epochs of dense training, or without it, then 2.5 for each node; 320 samples an epoch, all batches of 16.
      // One curve through both nodes reaches the first after 17 of 60 steps, and 20 of fine-tuning.
      const seen = name === 'sequential' ? [9] : [name === 'whole' ? 4 + 37 / 20 : 6.5, 9]
      expect(outcome.nodes.map(({ samplesSeen }) => samplesSeen)).toEqual(seen.map((epochs) => epochs * 320))
    })

    itGoesOnAndLeaksNothing(job)
  })

  describe.each(Object.keys(BOUNDED))('bounded: %s', (name) => {
    const job: Job = { ...dense, compress: BOUNDED[name]! }

    it('meets every bound by what is measured, and uses most of the tightest', async () => {
      const { outcome, events } = await run(job, start)
      for (const [index, node] of outcome.nodes.entries()) {
        const bounds = job.compress!.bounds!.filter(({ limits }) => limits[index] !== null)
        expect(node.budgets!.map(({ resource }) => resource)).toEqual(bounds.map(({ resource }) => resource))
        for (const { resource, bound, measured } of node.budgets!) {
          expect(measured).toBe(measureResource(resource, node, job))
          // Test data differ from the validation data that the mask was made for: 80 and 160 examples.
          const slack = ['synops', 'energy'].includes(resource) ? 1.1 : 1
          expect(measured / bound).toBeLessThanOrEqual(slack)
        }
        const counted = node.budgets!.filter(({ resource }) => resource !== 'neurons')
        const tightest = counted.map(({ bound, measured }) => measured / bound)
        const kept = node.layers.reduce((sum, layer) => sum + layer.kept, 0)
        expect(kept).toBeLessThanOrEqual(Math.floor(node.target! * 480))
        if (kept < Math.floor(node.target! * 480)) expect(Math.max(...tightest)).toBeGreaterThan(0.8)
      }
      const traces = events.flatMap((event) => (event.type === 'solver' && event.budgets ? [event.budgets] : []))
      if (job.compress!.method === 'minimax') {
        expect(traces.length).toBeGreaterThan(20)
        expect(Math.max(...traces.flat().map(({ z }) => z))).toBeGreaterThan(0)
      }
    })

    itGoesOnAndLeaksNothing(job)
  })

  it('refuses a bound below what cannot be pruned, before any training', async () => {
    const bounds: Bound[] = [{ resource: 'size', of: 'amount', limits: [null, 100] }]
    const job: Job = { ...dense, compress: { ...METHODS.minimax!, bounds } }
    const weights: string[] = []
    await expect(run(job, start, [], weights)).rejects.toMatchObject({
      code: 'SNX1005',
      message: expect.stringMatching(/^`size` cannot be at most 100 B: what cannot be pruned takes [\d.]+ k?B$/),
    })
    expect(weights).toEqual([])
    const slow: Bound[] = [{ resource: 'latency', of: 'dense', limits: [null, 0.5] }]
    await expect(run({ ...dense, compress: { ...METHODS.minimax!, bounds: slow } }, start)).rejects.toMatchObject({
      code: 'SNX1006',
    })
  })

  it.each(['minimax', 'magnitude'])(
    '%s: progress and log count the epochs of the whole job, never backwards',
    async (name) => {
      const { events, progress } = await run({ ...dense, compress: METHODS[name]! }, start)
      // Two nodes of 2.5 epochs; one-shot trains 2.5 and then 5 epochs from the dense network.
      const epochs = name === 'minimax' ? 5 : 7.5
      const shown = progress.map((at) => at.epoch)
      expect(shown).toEqual([...shown].sort((a, b) => a - b))
      expect(shown.at(-1)).toBe(epochs)
      expect(new Set(progress.map((at) => at.epochs))).toEqual(new Set([epochs]))
      const done = events.flatMap((event) => (event.type === 'epoch' ? [event.done] : []))
      expect(done).toEqual([...done].sort((a, b) => a - b))
      expect(done.at(-1)).toBe(epochs)
      expect(events[0]).toMatchObject({ type: 'start', epochs })
    },
  )

  it('minimax: s descends over the span, pushed by z, and the log shows it', async () => {
    const { events } = await run({ ...dense, compress: METHODS.minimax! }, start)
    const traces = events.filter((event) => event.type === 'solver' && event.node === 0)
    const s = traces.map((event) => (event.type === 'solver' ? event.s! : 0))
    expect(new Set(s).size).toBeGreaterThan(15)
    expect(s).toEqual([...s].sort((a, b) => a - b))
    expect(s.at(-1)).toBe(240)
    const met = events.find((event) => event.type === 'node')
    expect(met).toMatchObject({ forced: false, connectivity: 0.5 })
  })
})
