import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { count, countSynapses, inferFlow, type Layer, mapFlows, type Network } from '../src/index.ts'
import { cifar10net, sewResnet } from './networks.ts'
import { lif, mlp } from './sample.ts'

fc.configureGlobal({ seed: 1 })

type Masks = ReadonlyMap<string, ArrayLike<number>>

const total = (network: Network, masks?: Masks) =>
  countSynapses(network, masks).reduce((sum, { synapses }) => sum + synapses, 0)

describe('the synapses of a dense network', () => {
  it('are the weights where every weight is used once', () => {
    expect(countSynapses(mlp)).toEqual([
      { name: 'linear1', synapses: 627_200 },
      { name: 'linear2', synapses: 8_000 },
    ])
  })

  it('count a weight once a position, and nothing in the padding', () => {
    const network = chainOf([1, 3, 3], [{ kind: 'conv', channels: 2, kernel: 3, stride: 1, padding: 1 }], 2)
    // 9 taps on 3 x 3: the middle one meets 9 pixels, the four sides 6, the four corners 4.
    expect(countSynapses(network)[0]).toEqual({ name: 'conv1', synapses: 2 * (9 + 4 * 6 + 4 * 4) })
  })

  it('of the network of the minimax paper are 1.7 G, as the literature has it', () => {
    expect(total(cifar10net(256))).toBeGreaterThan(1.6e9)
    expect(total(cifar10net(256))).toBeLessThan(1.72e9)
  })

  it('of a residual network: those of both branches', () => {
    const counts = countSynapses(sewResnet([1, 1, 1, 1], 32))
    expect(counts.every(({ synapses }) => synapses > 0)).toBe(true)
    expect(counts.at(-1)).toEqual({ name: 'linear1', synapses: 5120 })
  })
})

describe('dead ends', () => {
  const network = chainOf([3], [{ kind: 'linear', features: 2 }], 2)
  const count = (first: number[], second: number[]) =>
    countSynapses(
      network,
      new Map([
        ['linear1.weight', first],
        ['linear2.weight', second],
      ]),
    ).map(({ synapses }) => synapses)

  it('a neuron that nothing reaches takes its outgoing synapses with it', () => {
    expect(count([1, 1, 1, 0, 0, 0], [1, 1, 1, 1])).toEqual([3, 2])
  })
  it('a neuron that reaches nothing takes its incoming synapses with it', () => {
    expect(count([1, 1, 1, 1, 1, 1], [1, 0, 1, 0])).toEqual([3, 2])
  })
  it('both at once leave nothing', () => {
    expect(count([1, 1, 1, 0, 0, 0], [0, 1, 0, 1])).toEqual([0, 0])
  })
})

/** A layer without its names. */
type Sketch =
  | { kind: 'linear'; features: number }
  | { kind: 'conv'; channels: number; kernel: number; stride: number; padding: number }
  | { kind: 'max_pool' | 'avg_pool'; size: number; stride: number; padding: number }
  | { kind: 'global_pool' }

/** The sketched layers with neurons behind each with weights, then a linear read-out of `classes`. */
function chainOf(input: number[], sketches: readonly Sketch[], classes: number): Network {
  let [convs, linears, cells] = [0, 0, 0]
  const layers = sketches.flatMap((sketch): Layer[] => {
    if (sketch.kind === 'linear') {
      const linear: Layer = { ...sketch, name: `linear${++linears}`, bias: false }
      return [{ kind: 'flatten' }, linear, { kind: 'neuron', name: `cell${++cells}`, neuron: lif }]
    }
    if (sketch.kind !== 'conv') return [sketch]
    return [
      { ...sketch, name: `conv${++convs}`, bias: false },
      { kind: 'neuron', name: `cell${++cells}`, neuron: lif },
    ]
  })
  layers.push({ kind: 'flatten' }, { kind: 'linear', name: `linear${++linears}`, features: classes, bias: false })
  layers.push({ kind: 'neuron', name: `cell${++cells}`, neuron: lif }, { kind: 'rate' })
  return { name: 'chain', steps: 1, input, classes, layers }
}

/** All synapses as a list of edges between numbered units, and which of them lie on a path: by plain search. */
function countByGraph(network: Network, masks: Masks): Map<string, number> {
  const flows = mapFlows(network)
  const edges: { from: string; to: string; layer: string | null }[] = []
  const join = (from: string, to: string, layer: string | null) => edges.push({ from, to, layer })
  let level = 0
  for (const layer of network.layers) {
    const { input, output } = flows.get(layer)!
    const [a, b] = [`${level}:`, `${++level}:`]
    if (layer.kind === 'linear') {
      const inputs = count(input)
      const mask = masks.get(`${layer.name}.weight`)
      for (let o = 0; o < layer.features; o++)
        for (let i = 0; i < inputs; i++) if (mask?.[o * inputs + i] ?? 1) join(a + i, b + o, layer.name)
    } else if (layer.kind === 'conv' || layer.kind === 'max_pool' || layer.kind === 'avg_pool') {
      const [channels, height, width] = input as [number, number, number]
      const [outputs, rows, columns] = output as [number, number, number]
      const kernel = layer.kind === 'conv' ? layer.kernel : layer.size
      const mask = layer.kind === 'conv' ? masks.get(`${layer.name}.weight`) : undefined
      for (let o = 0; o < outputs; o++)
        for (let c = 0; c < channels; c++)
          for (let r = 0; r < kernel; r++)
            for (let s = 0; s < kernel; s++) {
              if (layer.kind !== 'conv' && o !== c) continue
              if (mask && !mask[((o * channels + c) * kernel + r) * kernel + s]) continue
              for (let y = 0; y < rows; y++)
                for (let x = 0; x < columns; x++) {
                  const [py, px] = [y * layer.stride + r - layer.padding, x * layer.stride + s - layer.padding]
                  if (py < 0 || py >= height || px < 0 || px >= width) continue
                  const [from, to] = [(c * height + py) * width + px, (o * rows + y) * columns + x]
                  join(a + from, b + to, layer.kind === 'conv' ? layer.name : null)
                }
            }
    } else {
      const group = count(input) / count(output)
      for (let unit = 0; unit < count(input); unit++) join(a + unit, b + Math.floor(unit / group), null)
    }
  }
  const search = (starts: string[], next: Map<string, string[]>) => {
    const seen = new Set(starts)
    for (const unit of seen) for (const other of next.get(unit) ?? []) seen.add(other)
    return seen
  }
  const adjacency = (key: 'from' | 'to', value: 'from' | 'to') => {
    const map = new Map<string, string[]>()
    for (const edge of edges) {
      if (!map.has(edge[key])) map.set(edge[key], [])
      map.get(edge[key])!.push(edge[value])
    }
    return map
  }
  const inputs = Array.from({ length: count(network.input) }, (_, unit) => `0:${unit}`)
  const outputs = Array.from({ length: network.classes }, (_, unit) => `${level}:${unit}`)
  const reached = search(inputs, adjacency('from', 'to'))
  const serving = search(outputs, adjacency('to', 'from'))
  const counts = new Map<string, number>()
  for (const { from, to, layer } of edges) {
    if (layer === null) continue
    counts.set(layer, (counts.get(layer) ?? 0) + Number(reached.has(from) && serving.has(to)))
  }
  return counts
}

describe('by search of the whole graph', () => {
  const conv = fc.record({
    kind: fc.constant('conv' as const),
    channels: fc.integer({ min: 1, max: 3 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 2 }),
    padding: fc.integer({ min: 0, max: 1 }),
  })
  const pool = fc.record({
    kind: fc.constantFrom('max_pool' as const, 'avg_pool' as const),
    size: fc.constant(2),
    stride: fc.integer({ min: 1, max: 2 }),
    padding: fc.integer({ min: 0, max: 1 }),
  })
  const linear = fc.record({ kind: fc.constant('linear' as const), features: fc.integer({ min: 1, max: 4 }) })
  const sketches = fc
    .tuple(
      fc.array(fc.oneof(conv, pool), { maxLength: 3 }),
      fc.constantFrom([], [{ kind: 'global_pool' as const }]),
      fc.array(linear, { maxLength: 2 }),
    )
    .map((parts): Sketch[] => parts.flat())

  it('any chain with any masks', () => {
    let compared = 0
    fc.assert(
      fc.property(
        sketches,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (layers, draws, share) => {
          const network = chainOf([2, 4, 5], layers, 2)
          const { problem, flows } = inferFlow(network)
          if (problem !== null) return
          const masks = new Map<string, Uint8Array>()
          for (const { layer, input } of flows) {
            if (layer.kind !== 'linear' && layer.kind !== 'conv') continue
            const size =
              layer.kind === 'linear'
                ? count(input) * layer.features
                : input[0]! * layer.channels * layer.kernel * layer.kernel
            masks.set(
              `${layer.name}.weight`,
              Uint8Array.from({ length: size }, () => Number((draws.next().value as number) < share)),
            )
          }
          const expected = countByGraph(network, masks)
          for (const { name, synapses } of countSynapses(network, masks)) expect(synapses).toBe(expected.get(name) ?? 0)
          compared++
        },
      ),
      { numRuns: 200 },
    )
    expect(compared).toBeGreaterThan(100)
  })
})
