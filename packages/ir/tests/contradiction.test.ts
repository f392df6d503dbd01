import { describe, expect, it } from 'vitest'
import { type CompressOf, denseJob, identifyJob, type Job, parseResult, type Result } from '../src/index.ts'
import { circumstances, record, smallJob } from './sample.ts'

/** A stranger's record: changed at will, and every hash true of what it then says. */
function forge(change: (result: Result) => void): Result {
  const forged = structuredClone(record)
  change(forged)
  const { job } = forged
  return { ...forged, hash: identifyJob(job, circumstances), denseHash: identifyJob(denseJob(job), circumstances) }
}
const read = (result: Result) => parseResult(JSON.stringify(result), 'a.json')
const compressed = (changes: Partial<NonNullable<Job['compress']>>): Job['compress'] =>
  ({ ...smallJob.compress!, ...changes }) as Job['compress']

const HOSTILE: [string, (result: Result) => void, RegExp][] = [
  [
    'fewer dense MACs',
    ({ nodes: [n] }) => (n!.layers[0]!.denseMacs = 62_719),
    /denseMacs` is 62719, but must be 62720/,
  ],
  ['fewer MACs of kept weights', ({ nodes: [n] }) => (n!.layers[0]!.keptMacs = 1), /keptMacs` is 1, but must be 15680/],
  ['more weights', ({ nodes: [n] }) => (n!.layers[0]!.weights = 78_400), /weights` is 78400, but must be 7840/],
  ['another layer', ({ nodes: [n] }) => (n!.layers[0]!.name = 'linear9'), /nodes.0.layers` are not/],
  ['a layer less', ({ nodes: [n] }) => n!.layers.pop(), /nodes.0.layers` are not/],
  ['spikes where there are none', ({ nodes: [n] }) => (n!.layers[0]!.binaryInput = true), /binaryInput/],
  ['an input that stays', ({ nodes: [n] }) => (n!.layers[1]!.constantInput = true), /constantInput/],
  ['more kept than there are', ({ nodes: [n] }) => keep(n!.layers[0]!, 7_841), /kept` is above the layer's weights/],
  [
    'more kept than the target leaves',
    ({ nodes: [n] }) => keep(n!.layers[0]!, 1_961),
    /keeps 1961.* leaves 1960 of 7840/,
  ],
  ['a protected layer pruned', ({ nodes: [n] }) => keep(n!.layers[1]!, 50), /never pruned/],
  ['too many SynOps', ({ nodes: [n] }) => (n!.layers[0]!.synops = 1_960 * 8 * 40 + 1), /synops` is above/],
  [
    'too many synapses',
    ({ nodes: [n] }) => {
      for (const layer of n!.layers) layer.synapses = layer.kept + 1
    },
    /synapses` is above kept weights x positions/,
  ],
  ['synapses of one layer alone', ({ nodes: [n] }) => (n!.layers[1]!.synapses = 100), /all layers have it or none/],
  ['other neurons', ({ nodes: [n] }) => (n!.neurons[0]!.name = 'cell9'), /nodes.0.neurons` are not/],
  ['more neurons', ({ nodes: [n] }) => (n!.neurons[0]!.neurons = 20), /neurons` is 20, but must be 10/],
  ['too many spikes', ({ nodes: [n] }) => (n!.neurons[0]!.spikes = 10 * 8 * 40 + 1), /spikes` is above/],
  ['another test set', ({ nodes: [n] }) => (n!.test = { correct: 20, total: 20 }), /test.total` is not `data.test`/],
  ['more right than there are', ({ nodes: [n] }) => (n!.train.correct = 201), /nodes.0.train`: more correct/],
  ['another dense test set', (result) => (result.dense = { correct: 1, total: 1 }), /dense.total/],
  [
    "a target that is not the job's",
    ({ nodes: [n] }) => (n!.target = 0.05),
    /\[0.05\], but those of the job are \[0.25\]/,
  ],
  ['no target', ({ nodes: [n] }) => (n!.target = null), /targets \[null\]/],
  ['a node too many', (result) => result.nodes.push(result.nodes[0]!), /\[0.25, 0.25\], but/],
  [
    'a node too few',
    (result) => (result.job.compress = compressed({ connectivity: [0.5, 0.25] })),
    /are \[0.5, 0.25\]/,
  ],
  [
    'all nodes of a sequential job',
    (result) => {
      result.job.compress = compressed({ connectivity: [0.5, 0.25], schedule: 'sequential' })
      result.nodes = [{ ...result.nodes[0]!, target: 0.5 }, result.nodes[0]!]
    },
    /\[0.5, 0.25\], but those of the job are \[0.25\]/,
  ],
  ['two names in one', (result) => (result.prunable = ['linear1,']), /the job prunes \[linear1\]/],
  ['other prunable layers', (result) => (result.prunable = ['linear1', 'linear2']), /the job prunes \[linear1\]/],
  [
    'nothing prunable',
    (result) => (result.job.compress = compressed({ protect: ['linear1', 'linear2'] })),
    /nothing to/,
  ],
  ['a network that ends too soon', ({ job }) => job.network.layers.pop(), /job.network`.*read-out/],
  ['a network for other images', ({ job }) => (job.network.input = [14, 14]), /does not take what Fashion-MNIST gives/],
  [
    'more frames than steps',
    ({ job }) => {
      job.dataset = { ...job.dataset, name: 'nmnist_1k', frames: 9, split: 'time' }
      job.network.input = [2, 34, 34]
      job.network.changing = true
    },
    /job.network.steps` is 8, but `job.dataset.frames` is 9/,
  ],
  [
    'a still image of events',
    ({ job }) => {
      job.dataset = { ...job.dataset, name: 'nmnist_1k', frames: 8, split: 'time' }
      job.network.input = [2, 34, 34]
    },
    /job.network` takes a still image, which N-MNIST/,
  ],
  ['frames of an image', ({ job }) => (job.network.changing = true), /job.network` takes frames, which Fashion-MNIST/],
  [
    'a dense score of its own',
    (result) => (result.job.compress = null),
    /targets \[0.25\], but those of the job are \[null\]/,
  ],
  [
    'more samples than its epochs have',
    ({ nodes: [n] }) => (n!.samplesSeen = 3000 + 65),
    /samplesSeen` is 3065, but its epochs have 3000/,
  ],
  ['an epoch of another node', ({ curves: [epoch] }) => (epoch!.node = 1), /curves.0.node/],
  ['an epoch of no node', ({ curves: [epoch] }) => (epoch!.node = null), /curves.0.node/],
  ['an epoch with a layer less', ({ curves: [epoch] }) => epoch!.layerConnectivity.pop(), /layerConnectivity/],
  ['an epoch with a layer of neurons less', ({ curves: [epoch] }) => epoch!.firingRates.pop(), /firingRates/],
]

function keep(layer: Result['nodes'][number]['layers'][number], kept: number): void {
  layer.kept = kept
  layer.keptMacs = kept * 8
}

describe('a record with true hashes', () => {
  it('is read when it can be true', () => expect(read(forge(() => {}))).toEqual(record))

  it('is read when it keeps less than the target leaves', () => {
    const sparser = forge(({ nodes: [n] }) => {
      keep(n!.layers[0]!, 1_959)
      n!.layers[0]!.synops = 1_959 * 8 * 40
    })
    expect(read(sparser)).toEqual(sparser)
  })

  it('is read with the last node of a sequential job', () => {
    const sequential = forge((result) => {
      result.job.compress = compressed({ connectivity: [0.5, 0.25], schedule: 'sequential' })
    })
    expect(read(sequential)).toEqual(sequential)
  })

  it.each([3000, 3064, 2936])(
    'is read with %d samples behind 15 epochs of 200, the last of them not whole',
    (samples) => {
      const counted = forge(({ nodes: [n] }) => (n!.samplesSeen = samples))
      expect(read(counted)).toEqual(counted)
    },
  )

  it('is read with no samples of a dense network where it takes its place', () => {
    const untrained = forge((result) => {
      const { path: _p, mask: _m, rates: _r, ...common } = result.job.compress as CompressOf<'minimax'>
      result.job.compress = { ...common, method: 'set', interval: 10, drop: 0.3, start: 'initial' }
      result.nodes[0]!.samplesSeen = 1000
    })
    expect(read(untrained)).toEqual(untrained)
  })

  it.each(HOSTILE)('is refused with %s', (_, change, reason) => {
    expect(() => read(forge(change))).toThrow(reason)
    expect(() => read(forge(change))).toThrow(expect.objectContaining({ code: 'SNX0903' }))
  })
})

describe('the record of a dense network', () => {
  const dense = (change: (result: Result) => void = () => {}) =>
    forge((result) => {
      result.job.compress = null
      result.prunable = ['linear1', 'linear2']
      result.dense = { correct: 35, total: 40 }
      result.nodes[0]!.target = null
      keep(result.nodes[0]!.layers[0]!, 7_840)
      result.curves = []
      change(result)
    })

  it('is read', () => expect(read(dense())).toEqual(dense()))

  it.each<[string, (result: Result) => void, RegExp]>([
    ['pruned weights', ({ nodes: [n] }) => keep(n!.layers[0]!, 7_839), /never pruned/],
    ['another score', (result) => (result.dense.correct = 36), /not the test score/],
    ['an epoch of a node', (result) => (result.curves = [{ ...record.curves[0]!, node: 0 }]), /curves.0.node/],
  ])('is refused with %s', (_, change, reason) => expect(() => read(dense(change))).toThrow(reason))
})

describe('the record of a job with bounds alone', () => {
  /** Two nodes whose connectivity leaves all: 20,000 and 18,000 FLOPs; its masks take 15,680 + 800. */
  const bounded = (change: (result: Result) => void = () => {}) =>
    forge((result) => {
      result.job.compress = compressed({
        connectivity: [1, 1],
        bounds: [{ resource: 'flops', of: 'amount', limits: [20_000, 18_000] }],
      })
      result.nodes = [20_000, 18_000].map((bound) => ({
        ...structuredClone(result.nodes[0]!),
        target: 1,
        budgets: [{ resource: 'flops', bound, modelled: 16_480, measured: 16_480 }],
      }))
      change(result)
    })

  it('is read: each node has its own bound, though both have one target', () =>
    expect(read(bounded())).toEqual(bounded()))

  it.each<[string, (result: Result) => void, RegExp]>([
    [
      'the bound of the node before',
      ({ nodes }) => (nodes[1]!.budgets![0]!.bound = 20_000),
      /nodes.1.budgets.0.bound` is 20000, but that of the job is 18000/,
    ],
    [
      'another measure',
      ({ nodes }) => (nodes[1]!.budgets![0]!.measured = 1),
      /measured` is 1, but its counts make 16480/,
    ],
    ['no entry', ({ nodes }) => delete nodes[1]!.budgets, /nodes.1.budgets` are of .*flops/],
  ])('is refused with %s', (_, change, reason) => expect(() => read(bounded(change))).toThrow(reason))
})
