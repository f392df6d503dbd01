import { createRandom, inferFlow, type Network, SnnxError } from '@snnx/ir'
import { beforeAll, describe, expect, it } from 'vitest'
import { memoryOf } from '../src/backend/memory.ts'
import type { NetworkWeights } from '../src/checkpoint/weights.ts'
import { Stepper } from '../src/inference/stepper.ts'
import { exportNir } from '../src/nir/export.ts'
import {
  floatAbove,
  floatBelow,
  type NirField,
  type NirGraph,
  type NirNode,
  type NirNumbers,
} from '../src/nir/graph.ts'
import { importNir } from '../src/nir/import.ts'
import { listParameters } from '../src/parameters.ts'
import { open } from './backends.ts'
import { lif } from './chain.ts'

beforeAll(async () => {
  await open('wasm')
})

const cell = (name: string, change: Partial<typeof lif> = {}): Network['layers'][number] => ({
  kind: 'neuron',
  name,
  neuron: { ...lif, ...change },
})
const norm = (name: string): Network['layers'][number] => ({ kind: 'norm', name, epsilon: 1e-5, momentum: 0.1 })

/** Everything that NIR can hold of ours. */
const network: Network = {
  name: 'all',
  steps: 6,
  input: [2, 8, 8],
  classes: 2,
  layers: [
    { kind: 'conv', name: 'conv1', channels: 4, kernel: 3, stride: 1, padding: 1, bias: false },
    norm('norm1'),
    cell('cell1'),
    { kind: 'avg_pool', size: 2, stride: 2, padding: 0 },
    { kind: 'conv', name: 'conv2', channels: 6, kernel: 3, stride: 2, padding: 1, bias: true },
    norm('norm2'),
    cell('cell2', { tau: 4, threshold: 0.5 }),
    { kind: 'global_pool' },
    { kind: 'flatten' },
    { kind: 'dropout', name: 'dropout1', probability: 0.5 },
    { kind: 'linear', name: 'linear1', features: 8, bias: false },
    norm('norm3'),
    { kind: 'neuron', name: 'cell3', neuron: { ...lif, model: 'if' } },
    { kind: 'linear', name: 'linear2', features: 4, bias: true },
    { kind: 'neuron', name: 'cell4', neuron: { ...lif, model: 'plif', tau: 3 } },
    { kind: 'vote', classes: 2 },
    { kind: 'rate' },
  ],
}

/** Short binary fractions, so that no order of summation matters before the norms. */
function draw(of: Network): NetworkWeights {
  const random = createRandom(3, 'nir')
  const values = new Map(
    listParameters(of).map(({ name, kind, shape }) => {
      const size = shape.reduce((product, extent) => product * extent, 1)
      const one = () => Math.round(32 * random.normal()) / 32
      if (kind === 'statistic' && name.endsWith('variance')) return [name, new Float32Array(size).fill(0.75)]
      if (kind === 'decay') return [name, Float32Array.of(-Math.log(2))] // tau = 3
      return [name, Float32Array.from({ length: size }, one)]
    }),
  )
  return { values, masks: new Map() }
}

/** The outputs per step on frames that change. */
function run(of: Network, weights: NetworkWeights): number[] {
  const stepper = new Stepper(of, weights, memoryOf().kernels)
  const random = createRandom(5, 'frames')
  const size = of.input.reduce((product, extent) => product * extent, 1)
  return Array.from({ length: of.steps }, () => {
    const frame = Float32Array.from({ length: 3 * size }, () => Math.round(8 * random.uniform()) / 8)
    return [...stepper.step(frame, 3)]
  }).flat()
}

const bitsOf = (float: number) => new Int32Array(Float32Array.of(float).buffer)[0]!

describe('out and back', () => {
  it('a network with all that NIR can hold gives the same at every step', () => {
    const weights = draw(network)
    const graph = exportNir(network, weights)
    const back = importNir(graph, { name: 'back' })
    const [ours, theirs] = [run(network, weights), run(back.network, back.weights)]
    expect(ours.some((value) => value > 0)).toBe(true)
    expect(ours).toContain(0)
    expect(theirs).toEqual(ours)
    expect(back.network.steps).toBe(6)
  })

  it('a second time nothing changes any more', () => {
    const once = importNir(exportNir(network, draw(network)), { name: 'back' })
    const twice = importNir(exportNir(once.network, once.weights), { name: 'back' })
    expect(twice.network).toEqual(once.network)
    for (const [name, values] of once.weights.values) {
      // r = 1 / dt of `if` is stored as float32: the factor is 1 to within its precision, and settled to it.
      expect([...twice.weights.values.get(name)!], name).toEqual([...values])
    }
  })

  it('the chain has the names of the layers, and shapes without batch or time', () => {
    const { nodes, edges, metadata } = exportNir(network, draw(network))
    const names = [
      'input',
      'conv1',
      'cell1',
      'avg_pool',
      'conv2',
      'cell2',
      'global_pool',
      'flatten',
      'linear1',
      'cell3',
    ]
    expect([...nodes.keys()]).toEqual([...names, 'linear2', 'cell4', 'vote', 'output'])
    expect(edges.map(([source]) => source)).toEqual([...nodes.keys()].slice(0, -1))
    expect(edges.map(([, target]) => target)).toEqual([...nodes.keys()].slice(1))
    expect((nodes.get('cell1')!.fields.get('tau') as NirNumbers).shape).toEqual([4, 8, 8])
    expect(metadata.get('steps')).toEqual({ shape: [], values: Int32Array.of(6) })
  })

  it('the threshold is the float below, which is above again on the way back', () => {
    for (const value of [1, 0.5, 1.5, 1e-3, 3.0000002384185791, -1]) {
      const float = Math.fround(value)
      expect(floatBelow(float)).toBeLessThan(float)
      expect(floatAbove(floatBelow(float))).toBe(float)
      expect(bitsOf(float) - bitsOf(floatBelow(float))).toBe(Math.sign(float))
    }
    expect(floatAbove(0)).toBe(2 ** -149)
  })

  it('a resting potential that is not 0 is taken out', () => {
    const rest: Network = {
      ...network,
      input: [4],
      classes: 3,
      layers: [
        { kind: 'linear', name: 'linear1', features: 3, bias: false },
        cell('cell1', { resetTo: -0.5, threshold: 0.25 }),
        { kind: 'rate' },
      ],
    }
    const weights = draw(rest)
    const back = importNir(exportNir(rest, weights), { name: 'back' })
    expect(back.network.layers.find(({ kind }) => kind === 'neuron')).toMatchObject({
      neuron: { resetTo: 0, threshold: 0.75 },
    })
    expect(run(back.network, back.weights)).toEqual(run(rest, weights))
  })
})

describe('what NIR does not have', () => {
  const withLayers = (...layers: Network['layers']): Network => ({
    ...network,
    classes: 3,
    layers: [
      ...layers,
      { kind: 'flatten' },
      { kind: 'linear', name: 'linear9', features: 3, bias: false },
      cell('cell9'),
      { kind: 'rate' },
    ],
  })
  const conv: Network['layers'][number] = {
    kind: 'conv',
    name: 'conv1',
    channels: 2,
    kernel: 3,
    stride: 1,
    padding: 1,
    bias: false,
  }
  it.each([
    ['max_pool', withLayers({ kind: 'max_pool', size: 2, stride: 2, padding: 0 })],
    ['residual', withLayers({ kind: 'residual', body: [conv, cell('cell1')], shortcut: [] })],
    ['norm1', withLayers(norm('norm1'))],
    ['cell1', withLayers(conv, cell('cell1', { reset: 'subtract' }))],
  ])('%s is named', (layer, of) => {
    expect(inferFlow(of).problem).toBeNull()
    expect(() => exportNir(of, draw(of))).toThrowError(
      expect.objectContaining({ code: 'SNX0843', message: expect.stringContaining(`\`${layer}\``) }),
    )
  })
})

const numbers = (shape: number[], ...values: number[]): NirField => ({
  shape,
  values: values.every(Number.isInteger) ? Int32Array.from(values) : Float64Array.from(values),
})
const node = (type: string, fields: Record<string, NirField> = {}): NirNode => ({
  type,
  fields: new Map(Object.entries(fields)),
})
const LIF = { tau: 4e-4, r: 1, v_leak: 0, v_threshold: 1, v_reset: 0 }
const neuron = (type: string, fields: Record<string, number>) =>
  node(type, Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, numbers([2], value, value)])))

/** A chain of two inputs, these nodes, and two outputs. */
function chainOf(nodes: Record<string, NirNode>): NirGraph {
  const all = new Map([
    ['input', node('Input', { shape: numbers([1], 2) })],
    ...Object.entries(nodes),
    ['output', node('Output', { shape: numbers([1], 2) })],
  ] as const)
  const names = [...all.keys()]
  return { nodes: all, edges: names.slice(1).map((name, at) => [names[at]!, name]), metadata: new Map() }
}
const fc = node('Linear', { weight: numbers([2, 2], 1, 2, 3, 4) })

describe('what a NIR graph may say', () => {
  const read = (graph: NirGraph) => importNir(graph, { name: 'read', dt: 1e-4 })

  it('r and w_in go into the weights and biases before them', () => {
    const affine = node('Affine', { weight: numbers([2, 2], 1, 2, 3, 4), bias: numbers([2], 1, -1) })
    const cuba = { tau_syn: 1e-4, tau_mem: 4e-4, r: 2, v_leak: 0, v_threshold: 1, v_reset: 0, w_in: 3 }
    const { network, weights } = read(chainOf({ fc: affine, lif: neuron('CubaLIF', cuba) }))
    expect([...weights.values.get('linear1.weight')!]).toEqual([6, 12, 18, 24])
    expect([...weights.values.get('linear1.bias')!]).toEqual([6, -6])
    expect(network.layers[2]).toMatchObject({ name: 'cell1', neuron: { model: 'lif', tau: 4, resetTo: 0 } })
    expect(network).toMatchObject({ steps: 8, input: [2], classes: 2 })
  })

  it('an IF takes dt r of its input', () => {
    const fields = { r: 5000, v_threshold: 1, v_reset: 0 }
    const { network, weights } = read(chainOf({ fc, if: neuron('IF', fields) }))
    expect([...weights.values.get('linear1.weight')!]).toEqual([0.5, 1, 1.5, 2])
    expect(network.layers[2]).toMatchObject({ neuron: { model: 'if' } })
  })

  it('neurons of several kinds get names by kind', () => {
    const lif = neuron('LIF', LIF)
    const other = neuron('LIF', { ...LIF, tau: 2e-4 })
    const { network } = read(chainOf({ a: fc, b: lif, c: fc, d: other, e: fc, f: lif }))
    const names = network.layers.flatMap((layer) => (layer.kind === 'neuron' ? [layer.name] : []))
    expect(names).toEqual(['cell_a1', 'cell_b1', 'cell_a2'])
  })

  const lif = neuron('LIF', LIF)
  const branch = chainOf({ fc, lif })
  const wrong: [string, NirGraph, RegExp][] = [
    ['a type we do not have', chainOf({ fc, delay: node('Delay'), lif }), /`delay` \(Delay\) is of a type/],
    ['a graph in the graph', chainOf({ rec: node('NIRGraph') }), /`rec` \(NIRGraph\)/],
    ['a branch', { ...branch, edges: [...branch.edges, ['fc', 'output']] }, /`fc` \(Linear\) leads to several/],
    ['a loop', { ...branch, edges: [...branch.edges, ['output', 'fc']] }, /`fc` \(Linear\) is led to by several/],
    ['a node aside', { ...branch, nodes: new Map([...branch.nodes, ['x', fc]]) }, /`x` \(Linear\) is not on the chain/],
    ['an edge to nowhere', { ...branch, edges: [...branch.edges, ['output', 'gone']] }, /`gone`, which is no node/],
    ['no input', { ...branch, nodes: new Map([['lif', lif]]), edges: [] }, /0 nodes of type Input/],
    ['a missing field', chainOf({ fc, lif: neuron('LIF', { tau: 1e-4, r: 1 }) }), /`lif` \(LIF\) has no `v_leak`/],
    [
      'time constants that differ',
      chainOf({ fc, lif: node('LIF', { ...Object.fromEntries(lif.fields), tau: numbers([2], 1e-4, 2e-4) }) }),
      /`lif` \(LIF\) has no single `tau`/,
    ],
    ['other neurons', chainOf({ fc, lif: node('LIF', { tau: numbers([3], 1, 1, 1) }) }), /has 3 values of `tau`/],
    ['less than a step', chainOf({ fc, lif: neuron('LIF', { ...LIF, tau: 5e-5 }) }), /time constant of 0.5 steps/],
    ['another rest', chainOf({ fc, lif: neuron('LIF', { ...LIF, v_leak: 0.5 }) }), /rests at another potential/],
    ['a threshold below', chainOf({ fc, lif: neuron('LIF', { ...LIF, v_threshold: -1 }) }), /not above its resting/],
    ['r before all weights', chainOf({ lif: neuron('LIF', { ...LIF, r: 3 }) }), /multiplies its input by 3/],
    [
      'a current that lasts',
      chainOf({ fc, lif: neuron('CubaLIF', { ...LIF, tau_mem: 4e-4, tau_syn: 2e-4 }) }),
      /decays over 2 steps/,
    ],
    ['other inputs', chainOf({ fc: node('Linear', { weight: numbers([2, 3], 1, 2, 3, 4, 5, 6) }) }), /takes 3 inputs/],
    [
      'a weight that is no number',
      chainOf({ fc: node('Linear', { weight: numbers([1, 2], 1, Number.NaN) }) }),
      /no number/,
    ],
    [
      'a size that lies',
      chainOf({ fc: node('Linear', { weight: numbers([2, 2], 1) }) }),
      /another size than its shape/,
    ],
    ['no neuron at all', chainOf({ fc }), /needs at least one neuron/],
    [
      'another output',
      chainOf({ fc: node('Linear', { weight: numbers([1, 2], 1, 1) }) }),
      /is of shape \[2\], but is given \[1\]/,
    ],
  ]
  it.each(wrong)('%s is refused by name', (_, graph, message) => {
    let error: unknown
    try {
      read(graph)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(SnnxError)
    expect(error).toMatchObject({ code: 'SNX0842', message: expect.stringMatching(message) })
  })

  describe('images', () => {
    const image = (nodes: Record<string, NirNode>): NirGraph => {
      const graph = chainOf(nodes)
      return {
        ...graph,
        nodes: new Map([...graph.nodes, ['input', node('Input', { shape: numbers([3], 1, 4, 4) })]]),
      }
    }
    const conv = (change: Record<string, NirField> = {}) =>
      node('Conv2d', {
        input_shape: numbers([2], 4, 4),
        weight: numbers([2, 1, 3, 3], ...Array.from({ length: 18 }, (_, at) => at)),
        bias: numbers([2], 0, 0),
        stride: numbers([2], 1, 1),
        padding: numbers([], 1),
        dilation: numbers([], 1),
        groups: numbers([], 1),
        ...change,
      })
    const after = {
      flatten: node('Flatten', { start_dim: numbers([], 0), end_dim: numbers([], -1) }),
      fc: node('Linear', { weight: numbers([2, 8], ...new Array<number>(16).fill(1)) }),
      lif,
    }
    const pool = (type: string, size = 2) =>
      node(type, { kernel_size: numbers([2], size, size), stride: numbers([2], 2, 2), padding: numbers([2], 0, 0) })

    it('a sum is an average times the size of the window, which goes into the next weights', () => {
      const { network, weights } = read(image({ conv: conv(), pool: pool('SumPool2d'), ...after }))
      expect(network.layers.map(({ kind }) => kind)).toEqual([
        'conv',
        'avg_pool',
        'flatten',
        'linear',
        'neuron',
        'rate',
      ])
      expect(network.layers[0]).toMatchObject({ bias: false }) // its biases are all 0
      expect(new Set(weights.values.get('linear1.weight'))).toEqual(new Set([4]))
    })

    it('padding may be a word', () => {
      const same = read(image({ conv: conv({ padding: 'same' }), pool: pool('AvgPool2d'), ...after }))
      expect(same.network.layers[0]).toMatchObject({ padding: 1 })
    })

    it.each([
      ['groups', { groups: numbers([], 2) }, /several groups/],
      ['dilation', { dilation: numbers([2], 2, 2) }, /is dilated/],
      ['stride', { stride: numbers([2], 1, 2) }, /no single `stride` for both axes/],
      ['padding', { padding: 'reflect' }, /padding "reflect"/],
      ['kernel', { weight: numbers([2, 1, 3, 1], 1, 2, 3, 4, 5, 6) }, /3 x 1, which is not square/],
      ['channels', { weight: numbers([1, 2, 1, 1], 1, 1) }, /images of 2 channels/],
      ['biases', { bias: numbers([1], 0) }, /1 biases for 2 channels/],
      ['image', { weight: numbers([2, 1, 9, 9], ...new Array<number>(162).fill(0)) }, /a window of 9 does not fit/],
    ])('%s that we do not have', (_, change: Record<string, NirField>, message) => {
      expect(() => read(image({ conv: conv(change), ...after }))).toThrow(message)
    })
  })
})
