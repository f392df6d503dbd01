import { readFileSync } from 'node:fs'
import { type Compress, count, type Layer, type Network, SnnxError } from '@snnx/ir'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { toFloats } from '../src/checkpoint/floats.ts'
import { importWeights } from '../src/checkpoint/import.ts'
import { mapTensors } from '../src/checkpoint/mapping.ts'
import { compareNames, listModules } from '../src/checkpoint/modules.ts'
import { type Dtype, encodeSafetensors, type StoredTensor, storeFloats } from '../src/checkpoint/safetensors.ts'
import { decodeWeights, encodeWeights } from '../src/checkpoint/weights.ts'
import { initialiseParameters, listParameters } from '../src/parameters.ts'
import { loadOrigin, readWeights } from '../src/point.ts'
import { open } from './backends.ts'
import { chain, lif } from './chain.ts'
import { convolutional } from './images.ts'
import { jobOf, runInMemory } from './job.ts'
import { synthesise } from './synthesise.ts'

type Shapes = Record<string, readonly number[]>

/** A file as its writers lay it out, names sorted as texts; each tensor holds its own number in `order`, and fractions. */
function fileOf(shapes: Shapes, change: (tensors: Map<string, StoredTensor>) => void = () => {}): Uint8Array {
  const order = Object.keys(shapes)
  const tensors = new Map(
    [...order].sort().map((name) => {
      const shape = shapes[name]!
      const values = Float32Array.from({ length: count(shape) }, (_, at) => order.indexOf(name) + at / 1024)
      const batches: StoredTensor = { dtype: 'I64', shape: [], bytes: new Uint8Array(8) }
      return [name, name.endsWith('num_batches_tracked') ? batches : storeFloats(values, shape)]
    }),
  )
  change(tensors)
  return encodeSafetensors({ tensors, metadata: { format: 'pt' } })
}

function refusal(network: Network, file: Uint8Array): SnnxError {
  try {
    importWeights(network, file, 'a.safetensors')
  } catch (error) {
    if (error instanceof SnnxError) return error
    throw error
  }
  throw new Error('it fits')
}

const mlp = chain(2, 6, 5, 3)
const MLP: Shapes = { 'fc1.weight': [5, 6], 'fc1.bias': [5], 'fc2.weight': [3, 5] }

/** The tensors of SpikingJelly's networks: name, shape. */
interface Peer {
  parameters: [string, number[]][]
  buffers: [string, number[]][]
}
const fixture = new URL('../../../fixtures/peers/networks.json', import.meta.url)
const peers = JSON.parse(readFileSync(fixture, 'utf8')).networks as Record<string, Peer>

/** A ResNet-18 of `width` and its double, with its sum before or after the last neuron, for 10 classes. */
function resnet(sumLast: boolean, depths: readonly number[]): Network {
  const used = new Map<string, number>()
  const name = (stem: string) => {
    used.set(stem, (used.get(stem) ?? 0) + 1)
    return `${stem}${used.get(stem)}`
  }
  const cell = (): Layer => ({ kind: 'neuron', name: name('cell'), neuron: lif })
  const conv = (channels: number, kernel: number, stride: number): Layer[] => [
    { kind: 'conv', name: name('conv'), channels, kernel, stride, padding: (kernel - 1) / 2, bias: false },
    { kind: 'norm', name: name('norm'), epsilon: 1e-5, momentum: 0.1 },
  ]
  const last = (): Layer[] => (sumLast ? [cell()] : [])
  const block = (channels: number, stride: number): Layer[] => [
    {
      kind: 'residual',
      body: [...conv(channels, 3, stride), cell(), ...conv(channels, 3, 1), ...last()],
      shortcut: stride === 1 ? [] : [...conv(channels, 1, stride), ...last()],
    },
    ...(sumLast ? [] : [cell()]),
  ]
  return {
    name: 'resnet',
    steps: 4,
    input: [3, 32, 32],
    classes: 1000,
    layers: [
      ...conv(64, 7, 2),
      cell(),
      { kind: 'max_pool', size: 3, stride: 2, padding: 1 },
      ...depths.flatMap((depth, stage) =>
        Array.from({ length: depth }, (_, at) => block(64 << stage, stage > 0 && at === 0 ? 2 : 1)).flat(),
      ),
      { kind: 'global_pool' },
      { kind: 'flatten' },
      { kind: 'linear', name: 'linear1', features: 1000, bias: true },
      { kind: 'rate' },
    ],
  }
}

describe('importWeights', () => {
  it('maps layers by order and shape, and says how', () => {
    const { weights, tensors, unused } = importWeights(mlp, fileOf(MLP), 'a')
    expect(tensors).toEqual([
      { from: 'fc1.weight', to: 'linear1.weight', shape: [5, 6] },
      { from: 'fc1.bias', to: 'linear1.bias', shape: [5] },
      { from: 'fc2.weight', to: 'linear2.weight', shape: [3, 5] },
    ])
    expect([...weights.values.values()].map((values) => Math.floor(values[0]!))).toEqual([0, 1, 2])
    expect([...weights.values.get('linear2.weight')!]).toEqual(Array.from({ length: 15 }, (_, at) => 2 + at / 1024))
    expect([weights.masks.size, unused]).toEqual([0, []])
  })

  it('takes numbers in names by their size, as indices of a Sequential are', () => {
    const widths = Array.from({ length: 12 }, () => 4)
    const network = chain(2, 4, ...widths)
    const names = widths.map((_, at) => [`net.${2 * at}.weight`, [4, 4]] as const)
    const { tensors } = importWeights(network, fileOf({ ...Object.fromEntries(names), 'net.0.bias': [4] }), 'a')
    expect(tensors.filter(({ to }) => to.endsWith('.weight')).map(({ from }) => from)).toEqual(
      names.map(([name]) => name),
    )
  })

  it('follows numbers before the names of modules, as docs/pretrained.md writes them', () => {
    const shapes = {
      '000.out.weight': [5, 6],
      '000.out.bias': [5],
      '001.bn.weight': [5],
      '001.bn.bias': [5],
      '001.bn.running_mean': [5],
      '001.bn.running_var': [5],
      '002.into.weight': [3, 5],
    }
    const [first, second, third, ...rest] = mlp.layers
    const norm: Layer = { kind: 'norm', name: 'norm1', epsilon: 1e-5, momentum: 0.1 }
    const network = { ...mlp, layers: [first!, norm, second!, third!, ...rest] }
    expect(importWeights(network, fileOf(shapes), 'a').tensors.map(({ from }) => from)).toEqual(Object.keys(shapes))
  })

  it('leaves constants of snnTorch’s neurons and counts of batches aside', () => {
    const shapes = { ...MLP, 'lif1.beta': [], 'lif1.threshold': [], 'lif2.graded_spikes_factor': [1] }
    expect(importWeights(mlp, fileOf(shapes), 'a').unused).toEqual([
      'lif1.beta',
      'lif1.threshold',
      'lif2.graded_spikes_factor',
    ])
  })

  it.each([
    ['sew_resnet18', true, [2, 2, 2, 2]],
    ['sew_resnet34', true, [3, 4, 6, 3]],
    ['spiking_resnet18', false, [2, 2, 2, 2]],
    ['spiking_resnet34', false, [3, 4, 6, 3]],
  ] as const)('puts every tensor of SpikingJelly’s %s where torch has it', (name, sumLast, depths) => {
    const peer = peers[name]!
    // Torch's own order of its state: the file loses it, for its names are sorted.
    const learned = peer.parameters.map(([tensor]) => tensor)
    const shapes = Object.fromEntries([...peer.parameters, ...peer.buffers])
    // Shapes without numbers: the mapping reads none.
    const stored = Object.entries(shapes).map(([tensor, shape]): [string, StoredTensor] => [
      tensor,
      { dtype: 'F32', shape, bytes: new Uint8Array(0) },
    ])
    const sorted = new Map(stored.sort(([one], [other]) => (one < other ? -1 : 1)))
    const { tensors } = mapTensors(resnet(sumLast, depths), sorted, 'a')
    const measured = peer.buffers.flatMap(([tensor]) => (tensor.endsWith('num_batches_tracked') ? [] : [tensor]))
    const isMeasured = ({ to }: { to: string }) => to.endsWith('.mean') || to.endsWith('.variance')
    expect(tensors.filter((of) => !isMeasured(of)).map(({ from }) => from)).toEqual(learned)
    expect(tensors.filter(isMeasured).map(({ from }) => from)).toEqual(measured)
  })

  it('reads batch norm’s statistics and PLIF’s logit', () => {
    const plif = { ...lif, model: 'plif' } as const
    const network: Network = {
      ...convolutional(),
      layers: [
        { kind: 'conv', name: 'conv1', channels: 2, kernel: 3, stride: 1, padding: 1, bias: false },
        { kind: 'norm', name: 'norm1', epsilon: 1e-5, momentum: 0.1 },
        { kind: 'neuron', name: 'cell1', neuron: plif },
        { kind: 'global_pool' },
        { kind: 'flatten' },
        { kind: 'linear', name: 'linear1', features: 4, bias: false },
        { kind: 'neuron', name: 'cell2', neuron: plif },
        { kind: 'rate' },
      ],
    }
    const file = fileOf({
      'conv.weight': [2, 2, 3, 3],
      'bn.weight': [2],
      'bn.bias': [2],
      'bn.running_mean': [2],
      'bn.running_var': [2],
      'bn.num_batches_tracked': [],
      'sn1.w': [],
      'fc.weight': [4, 2],
      'sn2.w': [],
    })
    const { weights } = importWeights(network, file, 'a')
    expect([...weights.values].map(([name, values]) => [name, Math.floor(values[0]!)])).toEqual([
      ['conv1.weight', 0],
      ['norm1.weight', 1],
      ['norm1.bias', 2],
      ['norm1.mean', 3],
      ['norm1.variance', 4],
      ['cell1.decay', 6],
      ['linear1.weight', 7],
      ['cell2.decay', 8],
    ])
  })

  it('takes a file of our own by its names, a pruned one as it is', () => {
    const values = new Map(
      listParameters(mlp).map(({ name, shape }, of) => [name, new Float32Array(count(shape)).fill(of + 1)]),
    )
    const masks = new Map([['linear1.weight', Uint8Array.from({ length: 30 }, (_, at) => at % 2)]])
    const { weights, tensors } = importWeights(mlp, encodeWeights(mlp, { values, masks }), 'a')
    expect(tensors.map(({ from }) => from)).toEqual(['linear1.weight', 'linear1.bias', 'linear2.weight'])
    expect([...weights.values.get('linear1.weight')!.subarray(0, 3)]).toEqual([0, 1, 0])
    expect(weights.masks.size).toBe(0)
  })
})

describe('a file that does not fit', () => {
  it.each<[string, Shapes, string]>([
    [
      'another shape',
      { ...MLP, 'fc1.weight': [5, 7] },
      '`linear1.weight` [5, 6] meets `fc1.weight` [5, 7] (linear layer 1 of the file)',
    ],
    [
      'two layers in another order',
      { 'a.weight': [3, 5], 'b.weight': [5, 6], 'b.bias': [5] },
      '`linear1.weight` [5, 6] meets `a.weight` [3, 5] (linear layer 1 of the file)',
    ],
    [
      'a layer too few',
      { 'fc1.weight': [5, 6], 'fc1.bias': [5] },
      '`linear2.weight` [3, 5] is left without a tensor: the file has 1 linear layer',
    ],
    [
      'a layer too many',
      { ...MLP, 'fc3.weight': [3, 3] },
      '`fc3.weight` [3, 3] is left over: the network has 2 linear layers',
    ],
    [
      'no bias where there is one',
      { 'fc1.weight': [5, 6], 'fc2.weight': [3, 5] },
      '`linear1.bias` [5] has no counterpart: `fc1` has no `bias`',
    ],
    ['a bias where there is none', { ...MLP, 'fc2.bias': [3] }, '`fc2.bias` [3] is left over: `linear2` has no `bias`'],
    [
      'layers of another kind',
      { ...MLP, 'conv.weight': [1, 1, 3, 3] },
      '`conv.weight` [1, 1, 3, 3] is left over: the network has 0 convolutions',
    ],
    [
      'a module that nothing here is',
      { ...MLP, 'ln.weight': [5] },
      '`ln.weight` [5] belongs to no layer that there is here',
    ],
    ['nothing', {}, '`linear1.weight` [5, 6] is left without a tensor: the file has 0 linear layers'],
  ])('%s: the first tensor that does not agree is shown', (_, shapes, message) => {
    const { code, message: said } = refusal(mlp, fileOf(shapes))
    expect([code, said]).toEqual(['SNX0804', `a.safetensors does not fit network \`chain\`: ${message}`])
  })

  it('says how a surplus bias is mended', () => {
    expect(refusal(mlp, fileOf({ ...MLP, 'fc2.bias': [3] })).help).toBe('write `bias = on` at `linear2`')
  })

  it.each<[string, (tensors: Map<string, StoredTensor>) => void, string]>([
    [
      'doubles',
      (tensors) => tensors.set('fc1.bias', { dtype: 'F64', shape: [5], bytes: new Uint8Array(40) }),
      'a.safetensors: `fc1.bias` is of type F64',
    ],
    [
      'infinite weights',
      (tensors) => tensors.set('fc1.bias', storeFloats(Float32Array.of(1, 2, Number.POSITIVE_INFINITY, 4, 5), [5])),
      'a.safetensors: `fc1.bias` has values that are not finite numbers',
    ],
  ])('%s are refused', (_, change, message) => {
    expect(refusal(mlp, fileOf(MLP, change))).toMatchObject({ code: 'SNX0805', message })
  })

  it('or is no safetensors file at all, however damaged, is never more than a coded error', () => {
    const sound = fileOf(MLP)
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const file = cut ? sound.slice(0, at) : sound.with(at, byte)
        try {
          importWeights(mlp, file, 'a')
        } catch (error) {
          expect(error).toBeInstanceOf(SnnxError)
          expect((error as SnnxError).code).toMatch(/^SNX080[145]$/)
        }
      }),
      { seed: 5, numRuns: 500 },
    )
  })
})

describe('toFloats', () => {
  const words = (dtype: Dtype, bits: number[]): StoredTensor => ({
    dtype,
    shape: [bits.length],
    bytes: new Uint8Array(Uint16Array.from(bits).buffer),
  })

  it('reads float16: normal, subnormal, extreme and signed', () => {
    const bits = [0x3c00, 0xc000, 0x3555, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x8000, 0x7c00, 0xfc00]
    const values = [1, -2, 0.333251953125, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 65504, -0, Infinity, -Infinity]
    expect([...toFloats(words('F16', bits))!]).toEqual(values)
    expect(toFloats(words('F16', [0x7e00]))![0]).toBeNaN()
  })

  it('reads bfloat16, the upper half of a float32', () => {
    const bits = [0x3f80, 0xc000, 0x3eab, 0x0001, 0xff80]
    const values = bits.map((upper) => new Float32Array(Uint32Array.of(upper << 16).buffer)[0])
    expect([...toFloats(words('BF16', bits))!]).toEqual(values)
    expect(values.slice(0, 3)).toEqual([1, -2, 0.333984375])
  })

  it('reads files whose tensors are not aligned', () => {
    const bytes = new Uint8Array(9)
    bytes.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), 1)
    expect([...toFloats({ dtype: 'F32', shape: [2], bytes: bytes.subarray(1) })!]).toEqual([1.5, -2])
  })
})

describe('compareNames', () => {
  it('orders as a reader does', () => {
    const names = ['a', 'a1', 'a2', 'a.1', 'a.2', 'a.10', 'a.10.b2', 'a.10.b11', 'b']
    expect([...names].reverse().sort(compareNames)).toEqual(names)
  })

  it('is an order: no sort depends on where it starts', () => {
    const name = fc
      .array(fc.constantFrom('a', 'b', '.', '_', '1', '2', '10'), { maxLength: 5 })
      .map((of) => of.join(''))
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 8 }), (names) => {
        expect([...names].reverse().sort(compareNames)).toEqual([...names].sort(compareNames))
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('keeps modules together that a text order would tear apart', () => {
    const held = (shape: number[]): StoredTensor => storeFloats(new Float32Array(count(shape)), shape)
    const { modules } = listModules(
      new Map([
        ['a.1.weight', held([2, 2])],
        ['a.weight', held([3, 2])],
        ['weight', held([4, 2])],
      ]),
    )
    expect(modules.map(({ name }) => name)).toEqual(['', 'a', 'a.1'])
  })
})

describe('a job that starts from a file', () => {
  const dataset = synthesise({ features: 12, classes: 4, train: 320, validation: 80, test: 160 })
  beforeAll(async () => {
    await open('wasm')
  })
  const train = jobOf().train
  const started = (epochs: number) =>
    jobOf({ train: { ...train, epochs, start: { file: 'a.safetensors', sha256: 'a'.repeat(64) } } })

  it('is measured as it is with 0 epochs, and says how its tensors were mapped', async () => {
    const trained = await runInMemory(jobOf(), dataset)
    const start = trained.weights.get('dense')!
    const { outcome, events, weights } = await runInMemory(started(0), dataset, null, () => {}, start)
    expect(outcome.nodes[0]!.test).toEqual(trained.outcome.nodes[0]!.test)
    expect(outcome.nodes[0]).toMatchObject({ epochs: 0, bestEpoch: 0 })
    expect(outcome.curves).toEqual([])
    expect(weights.get('dense')).toEqual(start)
    const names = ['linear1.weight', 'linear1.bias', 'linear2.weight']
    expect(events.find(({ type }) => type === 'imported')).toEqual({
      type: 'imported',
      file: 'a.safetensors',
      tensors: listParameters(jobOf().network).map(({ name, shape }) => ({ from: name, to: name, shape })),
      unused: [],
    })
    expect(listParameters(jobOf().network).map(({ name }) => name)).toEqual(names)
  })

  it('is trained from there, and stays at its start where training makes it no better', async () => {
    const start = (await runInMemory(jobOf(), dataset)).weights.get('dense')!
    const ruin = {
      ...started(2),
      train: { ...started(2).train, optimizer: { kind: 'sgd', lr: 5, momentum: 0 } as const },
    }
    const { outcome, weights } = await runInMemory(ruin, dataset, null, () => {}, start)
    expect(outcome.curves).toHaveLength(2)
    expect(outcome.nodes[0]!.bestEpoch).toBe(0)
    expect(weights.get('dense')).toEqual(start)
    const { outcome: gentle } = await runInMemory(started(2), dataset, null, () => {}, start)
    expect(gentle.curves[0]!.trainAccuracy).toBeGreaterThan(60)
  })

  it('goes back to its file where a compression asks for the untrained network', async () => {
    const bytes = (await runInMemory(jobOf(), dataset)).weights.get('dense')!
    const untrained = (start?: Uint8Array) =>
      readWeights(loadOrigin({ job: started(2), dense: null, ...(start && { start }) }, 'initial'), undefined).values
    const { network, seed } = jobOf()
    expect(untrained(bytes)).toEqual(decodeWeights(network, bytes, 'the file').values)
    expect(untrained()).toEqual(readWeights(initialiseParameters(network, seed), undefined).values)
    const set: Compress = {
      method: 'set',
      scope: 'global',
      protect: [],
      connectivity: [0.5],
      schedule: 'joint',
      span: 1,
      finetune: 0,
      interval: 5,
      drop: 0.3,
      start: 'initial',
    }
    const test = { correct: 0, total: 160 }
    const dense = { weights: bytes, test }
    const { outcome, events } = await runInMemory({ ...started(0), compress: set }, dataset, dense, () => {}, bytes)
    expect(events.filter(({ type }) => type === 'imported')).toHaveLength(1)
    expect(outcome.nodes[0]).toMatchObject({ epochs: 1, samplesSeen: 320 })
  })
})
