import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { costLayers, costNetwork, inferFlow, type LayerFlow, mapFlows, NetworkSchema } from '../src/index.ts'
import { cifar10net, sewResnet } from './networks.ts'

interface Peer {
  parameter_count: number
  parameter_count_with_10_classes: number
  parameters: [name: string, shape: number[]][]
  shapes: Record<string, { modules: [name: string, kind: string, shape: number[]][] }>
}
const fixture = new URL('../../../fixtures/peers/networks.json', import.meta.url)
const peers = JSON.parse(readFileSync(fixture, 'utf8')).networks as Record<string, Peer>

/** Which of SpikingJelly's modules a layer is. */
const MODULES = {
  conv: 'Conv2d',
  norm: 'BatchNorm2d',
  neuron: 'LIFNode',
  max_pool: 'MaxPool2d',
  residual: 'BasicBlock',
  global_pool: 'AdaptiveAvgPool2d',
  linear: 'Linear',
} as Record<string, string | undefined>
const moduleOf = ({ layer, output }: LayerFlow) => ({ kind: MODULES[layer.kind], shape: output })

describe.each([
  ['sew_resnet18', [2, 2, 2, 2]],
  ['sew_resnet34', [3, 4, 6, 3]],
] as const)('%s beside SpikingJelly', (name, depths) => {
  const peer = peers[name]!

  it.each([32, 224])('has the output shape of every module at %i x %i', (size) => {
    const { flows, problem } = inferFlow(sewResnet(depths, size, 1000))
    const modules = peer.shapes[size]!.modules.filter(([, kind]) => kind !== 'Sequential')
    expect(problem).toBeNull()
    expect(flows.map(moduleOf).filter(({ kind }) => kind !== undefined)).toEqual(
      modules.map(([, kind, [, , ...shape]]) => ({ kind, shape })),
    )
  })

  it('has its parameters, tensor by tensor and in all', () => {
    const network = sewResnet(depths, 32, 1000)
    const weights = peer.parameters.filter(([, shape]) => shape.length > 1)
    const sizes = weights.map(([, shape]) => shape.reduce((product, size) => product * size))
    expect(costLayers(network).map((layer) => layer.weights)).toEqual(sizes)
    expect(costNetwork(network).parameters).toBe(peer.parameter_count)
    expect(costNetwork(sewResnet(depths, 32)).parameters).toBe(peer.parameter_count_with_10_classes)
  })

  it('computes only its stem once, and multiplies wherever sums of spikes flow', () => {
    const layers = costLayers(sewResnet(depths, 32))
    const named = (that: (layer: (typeof layers)[number]) => boolean) => layers.filter(that).map((layer) => layer.name)
    expect(named((layer) => layer.constantInput)).toEqual(['conv1'])
    // Spikes come from the stem's neuron, by way of the pool, and from the first neuron of each block.
    const blocks = depths.reduce((sum: number, depth) => sum + depth, 0)
    expect(layers.filter((layer) => layer.binaryInput)).toHaveLength(1 + blocks)
    expect(named((layer) => !layer.binaryInput).slice(0, 3)).toEqual(['conv1', 'conv4', 'conv6'])
  })
})

describe('cifar10net', () => {
  it('has the parameters of PyTorch’s twin, batch norm’s included', () => {
    expect(costNetwork(cifar10net(256)).parameters).toBe(36_718_336)
  })

  it('costs what the formulas say, for any width', () => {
    for (const width of [8, 32, 256]) {
      const network = cifar10net(width)
      const convolutions = [27 * width, ...new Array(5).fill(9 * width * width)]
      const linears = [64 * width * 8 * width, 8 * width * 100]
      const positions = [1024, 1024, 1024, 256, 256, 256, 1, 1]
      const layers = costLayers(network)
      expect(layers.map((layer) => layer.weights)).toEqual([...convolutions, ...linears])
      expect(layers.map((layer) => layer.positions)).toEqual(positions)
      expect(layers.map((layer) => layer.macs)).toEqual(layers.map((layer) => 4 * layer.weights * layer.positions))
      expect(layers.map((layer) => layer.binaryInput)).toEqual([false, ...new Array(7).fill(true)])
      expect(costNetwork(network)).toEqual({
        weights: layers.reduce((sum, layer) => sum + layer.weights, 0),
        parameters: layers.reduce((sum, layer) => sum + layer.weights, 12 * width),
        neurons: 3 * width * (1024 + 256) + 8 * width + 100,
        synapses: layers.reduce((sum, layer) => sum + layer.weights * layer.positions, 0),
        macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
      })
    }
  })

  it('computes its first convolution and norm once, and votes by tens', () => {
    const flows = [...mapFlows(cifar10net(16)).values()]
    expect(flows.filter((flow) => flow.constantInput).map(({ layer }) => layer.kind)).toEqual([
      'conv',
      'norm',
      'neuron',
    ])
    expect(flows.slice(-3).map(({ layer, input, output }) => [layer.kind, input, output])).toEqual([
      ['neuron', [100], [100]],
      ['vote', [100], [10]],
      ['rate', [10], [10]],
    ])
  })
})

it('networks with residual blocks are valid data, and pass through JSON unchanged', () => {
  for (const network of [sewResnet([1, 1, 1, 1], 32), cifar10net(4)]) {
    expect(NetworkSchema.parse(JSON.parse(JSON.stringify(network)))).toEqual(network)
  }
  const [block] = sewResnet([1, 1, 1, 1], 32).layers.filter(({ kind }) => kind === 'residual')
  const hostile = [
    { ...block, body: [] },
    { ...block, extra: 1 },
    { kind: 'residual', body: block },
  ]
  for (const layer of hostile) {
    expect(NetworkSchema.safeParse({ ...cifar10net(4), layers: [layer] }).success).toBe(false)
  }
})
