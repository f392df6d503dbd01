import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { count, inferFlow, type Layer, mapFlows, type Network, shapeOfBatch } from '../src/index.ts'
import { lif, mlp } from './sample.ts'

const linear = (features: number, name = `linear${features}`): Layer => ({
  kind: 'linear',
  name,
  features,
  bias: false,
})
const cell: Layer = { kind: 'neuron', name: 'cell', neuron: lif }
const flatten: Layer = { kind: 'flatten' }
const rate: Layer = { kind: 'rate' }
const network = (...layers: Layer[]): Network => ({ ...mlp, layers })
/** The same for colour images of 9 x 7. */
const onImages = (...layers: Layer[]): Network => ({ ...mlp, input: [3, 9, 7], layers })
const conv = (channels: number, kernel: number, stride = 1, padding = 0): Layer => ({
  kind: 'conv',
  name: 'conv',
  channels,
  kernel,
  stride,
  padding,
  bias: false,
})
const pool = (kind: 'max_pool' | 'avg_pool', size: number, stride: number, padding = 0): Layer => ({
  kind,
  size,
  stride,
  padding,
})
const norm: Layer = { kind: 'norm', name: 'norm', epsilon: 1e-5, momentum: 0.1 }
const dropout: Layer = { kind: 'dropout', name: 'dropout', probability: 0.5 }
const vote = (classes: number): Layer => ({ kind: 'vote', classes })
const residual = (body: Layer[], shortcut: Layer[] = []): Layer => ({ kind: 'residual', body, shortcut })
const globalPool: Layer = { kind: 'global_pool' }

describe('inferFlow', () => {
  it('follows the mlp: shapes, what is constant over time, what is binary', () => {
    const { flows, problem } = inferFlow(mlp)
    expect(problem).toBeNull()
    expect(
      flows.map(({ layer, input, output, constantInput, binaryInput }) => [
        layer.kind,
        input,
        output,
        constantInput,
        binaryInput,
      ]),
    ).toEqual([
      ['flatten', [28, 28], [784], true, false],
      ['linear', [784], [800], true, false],
      ['neuron', [800], [800], true, false],
      ['linear', [800], [10], false, true],
      ['neuron', [10], [10], false, false],
      ['rate', [10], [10], false, true],
    ])
  })

  it('keeps spikes binary through flatten, and real values real after a linear layer', () => {
    const flows = inferFlow(network(cell, flatten, linear(5), linear(10), rate)).flows
    expect(flows.map((flow) => flow.binaryInput)).toEqual([false, true, true, false, false])
    expect(flows.map((flow) => flow.constantInput)).toEqual([true, false, false, false, false])
  })

  it.each([
    ['linear on an image', network(linear(10), cell, rate), 0, /put `flatten` before/],
    ['something after the read-out', network(flatten, linear(10), cell, rate, linear(10)), 4, /nothing can follow/],
    ['two read-outs', network(flatten, linear(10), cell, rate, rate), 4, /nothing can follow/],
    ['no read-out', network(flatten, linear(10), cell), 2, /must be a read-out/],
    ['no neuron', network(flatten, linear(10), rate), 2, /at least one neuron/],
    ['too few outputs', network(flatten, linear(9), cell, rate), 3, /9 outputs, but the data set has 10 classes/],
    ['an image as output', network(cell, rate), 1, /784 outputs, but the data set has 10 classes/],
  ] as const)('says why %s cannot be', (_, of, index, reason) => {
    const { flows, problem } = inferFlow(of)
    expect(problem).toMatchObject({ index, layer: of.layers[index] })
    expect(problem!.reason).toMatch(reason)
    expect(flows.length).toBeGreaterThanOrEqual(index)
  })
})

describe('windows', () => {
  /** How often a window fits, by trying every place. */
  function places(extent: number, size: number, stride: number, padding: number): number {
    let found = 0
    for (let start = -padding; start + size <= extent + padding; start += stride) found++
    return found
  }

  it('slide as far as they fit, over convolutions and pools alike', () => {
    const numbers = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom('conv', 'max_pool', 'avg_pool'),
    )
    fc.assert(
      fc.property(numbers, ([size, stride, padding, kind]) => {
        fc.pre(kind === 'conv' || 2 * padding <= size)
        const layer = kind === 'conv' ? conv(3, size, stride, padding) : pool(kind, size, stride, padding)
        const [flow] = inferFlow(onImages(layer, cell, rate)).flows
        const expected = [9, 7].map((extent) => places(extent, size, stride, padding))
        if (expected.includes(0)) expect(flow).toBeUndefined()
        else expect(flow!.output).toEqual([3, ...expected])
      }),
      { numRuns: 300, seed: 3 },
    )
  })
})

describe('what stays binary and what stays constant', () => {
  const seen = (...layers: Layer[]) =>
    inferFlow(onImages(...layers)).flows.map(({ layer, binaryInput, constantInput }) => {
      return `${layer.kind}${binaryInput ? ' binary' : ''}${constantInput ? ' constant' : ''}`
    })

  it('the maximum of spikes is a spike, their mean is not; dropout keeps what it is given', () => {
    expect(seen(conv(4, 3), norm, cell, pool('max_pool', 2, 2), dropout, pool('avg_pool', 2, 1), cell, rate)).toEqual([
      'conv constant',
      'norm constant',
      'neuron constant',
      'max_pool binary',
      'dropout binary',
      'avg_pool binary',
      'neuron',
      'rate binary',
    ])
    expect(seen(cell, globalPool, flatten, linear(10), rate).slice(1)).toEqual([
      'global_pool binary',
      'flatten',
      'linear',
      'rate',
    ])
  })

  it('a block adds, so two spikes make 2; it is constant where both branches are', () => {
    expect(seen(cell, residual([cell]), cell, rate)).toEqual([
      'neuron constant',
      'neuron binary',
      'residual binary',
      'neuron',
      'rate binary',
    ])
    expect(seen(residual([conv(3, 1)], [norm]), cell, rate)).toEqual([
      'conv constant',
      'norm constant',
      'residual constant',
      'neuron constant',
      'rate binary',
    ])
    expect(seen(residual([cell], [norm]), cell, rate)[3]).toBe('neuron')
  })

  it('a vote is no spike any more', () => {
    expect(seen(flatten, linear(20), cell, vote(10), rate).slice(-2)).toEqual(['vote binary', 'rate'])
  })
})

describe('layers that do not fit', () => {
  it.each([
    ['a convolution over a vector', onImages(flatten, conv(4, 3), cell, rate), 1, /takes an image, but gets 189$/],
    [
      'a convolution over a flat vector',
      network({ kind: 'flatten' }, conv(4, 3), cell, rate),
      1,
      /takes an image, but gets 784$/,
    ],
    [
      'a kernel larger than the image',
      onImages(conv(4, 10), cell, rate),
      0,
      /a window of 10 does not fit into 9 with padding 0/,
    ],
    [
      'a pool larger than the image',
      onImages(pool('max_pool', 8, 8), cell, rate),
      0,
      /a window of 8 does not fit into 7 with padding 0/,
    ],
    ['a pool padded by more than half', onImages(pool('avg_pool', 2, 2, 2), cell, rate), 0, /at most half its size/],
    ['the pool of a vector', onImages(flatten, globalPool, cell, rate), 1, /`global_pool` takes an image/],
    ['a norm without channels', network(norm, cell, rate), 0, /`norm` takes a vector or an image with channels/],
    ['a vote over images', onImages(cell, vote(10), rate), 1, /`vote` takes a flat vector/],
    [
      'groups that do not divide',
      onImages(flatten, linear(25), cell, vote(10), rate),
      3,
      /25 outputs cannot be shared out evenly to 10 classes/,
    ],
    [
      'branches of different shapes',
      onImages(residual([conv(4, 3)]), cell, rate),
      0,
      /the body makes 4 x 7 x 5, but the shortcut 3 x 9 x 7/,
    ],
    [
      'nothing after the read-out, not even a block',
      onImages(flatten, linear(10), cell, rate, residual([cell])),
      4,
      /nothing can follow/,
    ],
  ] as const)('%s', (_, of, index, reason) => {
    const { problem } = inferFlow(of)
    expect(problem).toMatchObject({ index, layer: of.layers[index] })
    expect(problem!.reason).toMatch(reason)
  })

  it('inside a block: the layer itself is named, and the place of the block', () => {
    const wrong = conv(4, 11)
    for (const block of [residual([cell, wrong]), residual([cell], [wrong]), residual([residual([wrong])])]) {
      expect(inferFlow(onImages(cell, block, rate)).problem).toMatchObject({ index: 1, layer: wrong, input: [3, 9, 7] })
    }
  })

  it('a neuron inside a block is a neuron of the network', () => {
    expect(inferFlow(onImages(flatten, linear(10), residual([cell]), rate)).problem).toBeNull()
  })
})

describe('mapFlows', () => {
  it('has the layers inside blocks too, body before shortcut, before the block', () => {
    const network = onImages(cell, residual([conv(3, 1), norm], [dropout]), flatten, linear(10), rate)
    const kinds = [...mapFlows(network).keys()].map(({ kind }) => kind)
    expect(kinds).toEqual(['neuron', 'conv', 'norm', 'dropout', 'residual', 'flatten', 'linear', 'rate'])
  })
})

describe('count', () => {
  it('is the product of the sizes, 1 for a scalar', () => {
    expect([count([]), count([7]), count([2, 3, 4]), count([5, 0])]).toEqual([1, 7, 24, 0])
  })
})

describe('an image without channels', () => {
  it('is one of a single channel to the layers that take images', () => {
    const { flows, problem } = inferFlow({
      name: 'digits',
      steps: 2,
      input: [28, 28],
      classes: 10,
      layers: [
        { kind: 'conv', name: 'conv1', channels: 4, kernel: 5, stride: 1, padding: 0, bias: false },
        { kind: 'neuron', name: 'cell1', neuron: lif },
        { kind: 'max_pool', size: 2, stride: 2, padding: 0 },
        { kind: 'flatten' },
        { kind: 'linear', name: 'linear1', features: 10, bias: false },
        { kind: 'neuron', name: 'cell2', neuron: lif },
        { kind: 'rate' },
      ],
    })
    expect(problem).toBeNull()
    expect(flows[0]).toMatchObject({ input: [1, 28, 28], output: [4, 24, 24] })
    expect(flows[3]!.output).toEqual([4 * 12 * 12])
  })
})

describe('an input that changes from step to step', () => {
  const still = network(flatten, linear(10), cell, linear(10, 'after'), rate)

  it('is computed at every step by all layers, as a still image is only after the first neuron', () => {
    const constant = (of: Network) => inferFlow(of).flows.map(({ constantInput }) => constantInput)
    expect(constant(still)).toEqual([true, true, true, false, false])
    expect(constant({ ...still, changing: true })).toEqual([false, false, false, false, false])
  })

  it('is no input of spikes: its counts are multiplied', () => {
    expect(inferFlow({ ...still, changing: true }).flows.map(({ binaryInput }) => binaryInput)).toEqual(
      inferFlow(still).flows.map(({ binaryInput }) => binaryInput),
    )
  })

  it('is fed step by step', () => {
    expect(shapeOfBatch(still, 7)).toEqual([7, ...still.input])
    expect(shapeOfBatch({ ...still, changing: true }, 7)).toEqual([still.steps, 7, ...still.input])
  })
})
