import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { costNetwork, count, inferFlow, type LayerFlow, type Network } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/index.ts'

type Row = [name: string, kind: string, shape: number[]]
interface Peer {
  parameter_count: number
  parameter_count_with_10_classes: number
  parameters: [name: string, shape: number[]][]
  buffers: [name: string, shape: number[]][]
  spiking_layers: string[]
  shapes: Record<'32' | '224', { modules: Row[] }>
}
const fixture = join(import.meta.dirname, '../../../fixtures/peers/networks.json')
const peers = JSON.parse(readFileSync(fixture, 'utf8')).networks as Record<string, Peer>

/** A network of std, for data of this shape. */
function networkOf(name: string, shape: number[], classes: number): Network {
  const text = `snnx 1
    experiment a {
      dataset : images { folder = "any", classes = ${classes}, size = ${shape.at(-1)} px }
      network : ${name} { classes = ${classes} }
      train { duration = 2 epochs }
    }`
  const { experiment, diagnostics } = compile({ name: 'a.snnx', text })
  if (experiment === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  // Which layers there are does not depend on the channels of the data.
  return { ...experiment.jobs[0].job.network, input: shape }
}

/** Which of SpikingJelly's modules a layer is. */
const MODULES: Readonly<Record<string, string | undefined>> = {
  conv: 'Conv2d',
  norm: 'BatchNorm2d',
  neuron: 'LIFNode',
  max_pool: 'MaxPool2d',
  global_pool: 'AdaptiveAvgPool2d',
  residual: 'BasicBlock',
  linear: 'Linear',
  dropout: 'Dropout',
}
type Module = [kind: string, shape: readonly number[]]
const modulesOf = (network: Network): Module[] =>
  inferFlow(network).flows.flatMap(({ layer, output }) => {
    const kind = MODULES[layer.kind]
    return kind === undefined ? [] : [[kind, output]]
  })
/** A block of spiking ResNet ends with its neuron, which is a layer of its own here: so the blocks are no modules. */
const listComparable = (name: string, modules: Module[]): Module[] =>
  name.startsWith('spiking_resnet') ? modules.filter(([kind]) => kind !== 'BasicBlock') : modules

/** What a layer learns, then what it measures, as torch orders them. */
function tensorsOf({ layer, input }: LayerFlow): { learned: number[][]; measured: number[][] } {
  if (layer.kind === 'norm') return { learned: [[input[0]], [input[0]]], measured: [[input[0]], [input[0]]] }
  if (layer.kind !== 'conv' && layer.kind !== 'linear') return { learned: [], measured: [] }
  const outputs = layer.kind === 'conv' ? layer.channels : layer.features
  const inputs = layer.kind === 'conv' ? [input[0], layer.kernel, layer.kernel] : [count(input)]
  return { learned: [[outputs, ...inputs], ...(layer.bias ? [[outputs]] : [])], measured: [] }
}

const RESNETS = ['sew_resnet18', 'sew_resnet34', 'spiking_resnet18', 'spiking_resnet34']
const NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(RESNETS.map((name) => [name, name])),
  spiking_vgg11: 'spiking_vgg11_bn',
  spiking_vgg16: 'spiking_vgg16_bn',
}

describe.each(Object.entries(NAMES))('%s beside SpikingJelly', (name, peerName) => {
  const peer = peers[peerName]
  const network = networkOf(name, [3, 224, 224], 1000)
  const { flows } = inferFlow(network)

  it('has its tensors, in their order and shapes, and as many numbers', () => {
    const tensors = flows.map(tensorsOf)
    expect(tensors.flatMap(({ learned }) => learned)).toEqual(peer.parameters.map(([, shape]) => shape))
    const statistics = peer.buffers.filter(([buffer]) => !buffer.endsWith('.num_batches_tracked'))
    expect(tensors.flatMap(({ measured }) => measured)).toEqual(statistics.map(([, shape]) => shape))
    expect(costNetwork(network).parameters).toBe(peer.parameter_count)
    expect(costNetwork(networkOf(name, [3, 224, 224], 10)).parameters).toBe(peer.parameter_count_with_10_classes)
    expect(flows.filter(({ layer }) => layer.kind === 'neuron')).toHaveLength(peer.spiking_layers.length)
  })

  it('has the output shape of every module at 224 x 224', () => {
    const rows = peer.shapes[224].modules
    const modules = rows.flatMap(([, kind, [, , ...shape]], index): Module[] => {
      // VGG's adaptive pool changes nothing where 7 x 7 arrive; containers are no layers.
      const idle = kind === 'AdaptiveAvgPool2d' && String(rows[index - 1][2]) === String(rows[index][2])
      return kind === 'Sequential' || (idle && name.includes('vgg')) ? [] : [[kind, shape]]
    })
    expect(listComparable(name, modulesOf(network))).toEqual(listComparable(name, modules))
  })

  it('has the output shape of every module at 32 x 32, up to where VGG stretches 1 x 1 to 7 x 7', () => {
    const rows = peer.shapes[32].modules.filter(([, kind]) => kind !== 'Sequential')
    const end = name.includes('vgg') ? rows.findIndex(([, kind]) => kind === 'AdaptiveAvgPool2d') : rows.length
    const modules = rows.slice(0, end).map(([, kind, [, , ...shape]]): Module => [kind, shape])
    const own = modulesOf(networkOf(name, [3, 32, 32], 1000)).slice(0, name.includes('vgg') ? end : undefined)
    expect(end).toBeGreaterThan(0)
    expect(listComparable(name, own)).toEqual(listComparable(name, modules))
  })
})

describe('vgg_snn', () => {
  const network = networkOf('vgg_snn', [2, 48, 48], 10)

  it('has the parameters that its paper’s network has in torch', () => {
    const widths = [2, 64, 128, 256, 256, 512, 512, 512, 512]
    const blocks = widths.slice(1).map((width, index) => 9 * widths[index] * width + 3 * width)
    const classifier = 512 * 3 * 3 * 10 + 10
    expect(costNetwork(network).parameters).toBe(blocks.reduce((sum, block) => sum + block, classifier))
    expect(costNetwork(network).parameters).toBe(9_271_498)
  })

  it('halves its events four times by averages, and reads its classes off at every step', () => {
    const { flows } = inferFlow(network)
    const shapes = (kind: string) => flows.filter(({ layer }) => layer.kind === kind).map(({ output }) => output)
    expect(shapes('avg_pool')).toEqual([
      [128, 24, 24],
      [256, 12, 12],
      [512, 6, 6],
      [512, 3, 3],
    ])
    expect(shapes('neuron').map(([channels]) => channels)).toEqual([64, 128, 256, 256, 512, 512, 512, 512])
    expect(flows.slice(-3).map(({ layer }) => layer.kind)).toEqual(['flatten', 'linear', 'rate'])
    expect(network.steps).toBe(10)
  })
})

it('every network of std takes the number of classes that it is given', () => {
  expect(networkOf('mlp', [28, 28], 7).layers.at(-3)).toMatchObject({ kind: 'linear', features: 7 })
  expect(networkOf('cifar10net', [3, 32, 32], 100).layers.at(-2)).toEqual({ kind: 'vote', classes: 100 })
  for (const name of Object.keys(NAMES)) {
    expect(networkOf(name, [3, 224, 224], 7).layers.at(-2)).toMatchObject({ kind: 'linear', features: 7, bias: true })
  }
})
