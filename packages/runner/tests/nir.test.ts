import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeWeights, exportNir, importNir, type NirField, type NirGraph, Stepper } from '@snnx/core'
import { compile } from '@snnx/dsl'
import { SnnxError } from '@snnx/ir'
import { twin } from '@snnx/kernels'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeNir, encodeNir } from '../src/nir/hdf5.ts'
import { createProgram, runProgram } from '../src/program.ts'
import { temporaryFolder } from './sample.ts'

const peers = new URL('../../../fixtures/peers/', import.meta.url)
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, peers)))
const parse = (name: string) => JSON.parse(readFileSync(new URL(name, peers), 'utf8'))

interface TheirNode {
  type: string
  parameters?: Record<string, unknown>
  input_type: Record<string, { data: number[] }>
  nodes?: Record<string, TheirNode>
  edges?: [string, string][]
  metadata?: Record<string, unknown>
}
interface TheirNumbers {
  dtype: string
  shape: number[]
  data: number[]
}

/** What `nir.read` of the Python package gives back of each file. */
const { files } = parse('nir.json') as { files: Record<string, TheirNode> }

const plain = (field: NirField | undefined) =>
  field === undefined || typeof field === 'string'
    ? field
    : { shape: [...field.shape], data: Array.from(field.values as ArrayLike<number>) }

/** A parameter as Python has it, as ours: scalars become numbers without a shape. */
function theirs(value: unknown) {
  if (typeof value === 'number') return { shape: [], data: [value] }
  if (Array.isArray(value)) return { shape: [value.length], data: value }
  const { shape, data } = value as TheirNumbers
  return { shape, data }
}

describe.each(['nir-mlp.nir', 'nir-conv-avg.nir', 'nir-conv-sum.nir'])('%s', (name) => {
  it('is read as the Python package reads it', async () => {
    const graph = await decodeNir(read(name), name)
    const expected = files[name]!
    expect(graph.edges).toEqual(expected.edges)
    expect(new Set(graph.nodes.keys())).toEqual(new Set(Object.keys(expected.nodes!)))
    for (const [key, node] of graph.nodes) {
      const of = expected.nodes![key]!
      expect(node.type).toBe(of.type)
      for (const [parameter, value] of Object.entries(of.parameters!)) {
        if (of.type === 'Flatten' || of.type === 'Input' || of.type === 'Output') continue // shapes, below
        expect(plain(node.fields.get(parameter)), `${key}.${parameter}`).toEqual(theirs(value))
      }
      const shape = of.type === 'Flatten' ? 'input_type' : 'shape'
      if (of.type === 'Flatten' || of.type === 'Input' || of.type === 'Output') {
        expect(plain(node.fields.get(shape))!).toMatchObject({ data: of.input_type.input!.data })
      }
    }
    expect(plain(graph.metadata.get('dt'))).toEqual({ shape: [], data: [1e-4] })
  })

  it('gives every spike of the network that it was made from', async () => {
    const { networks, T, samples } = parse('neurobench_vectors.json')
    const { cases } = networks[name === 'nir-mlp.nir' ? 'mlp' : 'conv-avg']
    const { network, weights } = importNir(await decodeNir(read(name), name), { name: 'theirs', steps: T })
    for (const { input, spikes } of Object.values<{
      input: TheirNumbers
      spikes: Record<string, TheirNumbers>
    }>(cases)) {
      const stepper = new Stepper(network, weights, twin)
      const found: number[][] = []
      const row = input.data.length / T
      for (let step = 0; step < T; step++) {
        let layer = 0
        stepper.step(Float32Array.from(input.data.slice(step * row, (step + 1) * row)), samples, {
          fired(_, __, fired) {
            found[layer] = [...(found[layer] ?? []), ...fired]
            layer++
          },
        })
      }
      expect(found).toEqual(['lif1', 'lif2', 'lif3'].map((lif) => spikes[lif]!.data))
    }
  })

  it('is the same network after it was written by us and read again', async () => {
    const once = importNir(await decodeNir(read(name), name), { name: 'theirs' })
    const bytes = await encodeNir(exportNir(once.network, once.weights))
    const twice = importNir(await decodeNir(bytes, 'ours'), { name: 'theirs' })
    expect(twice.network).toEqual(once.network)
    expect([...twice.weights.values]).toEqual([...once.weights.values])
  })
})

describe('the HDF5 layout', () => {
  const graph: NirGraph = {
    nodes: new Map([
      ['input', { type: 'Input', fields: new Map([['shape', { shape: [2], values: Int32Array.of(3, 4) }]]) }],
      [
        'a',
        {
          type: 'Some',
          fields: new Map<string, NirField>([
            ['word', 'für'],
            ['x', { shape: [], values: Float64Array.of(0.1) }],
          ]),
        },
      ],
      ['b', { type: 'Some', fields: new Map([['w', { shape: [2, 1, 2], values: Float32Array.of(1, 2, 3, 0.1) }]]) }],
    ]),
    edges: [
      ['input', 'b'],
      ['b', 'a'],
    ],
    metadata: new Map<string, NirField>([
      ['dt', { shape: [], values: Float64Array.of(1e-4) }],
      ['by', 'us'],
    ]),
  }

  it('keeps types, shapes, words and the order of the edges', async () => {
    const back = await decodeNir(await encodeNir(graph), 'ours')
    expect(back.edges).toEqual(graph.edges)
    expect(back.metadata).toEqual(graph.metadata)
    expect(back.nodes).toEqual(graph.nodes)
  })

  it('leaves nothing behind, and the same graph gives the same bytes', async () => {
    const left = () => readdirSync(tmpdir()).filter((entry) => entry.startsWith('snnx-nir-'))
    const before = left()
    const [one, other] = [await encodeNir(graph), await encodeNir(graph)]
    await expect(decodeNir(one.slice(0, 100), 'x')).rejects.toThrow(SnnxError)
    expect(other.length).toBe(one.length)
    expect(left()).toEqual(before)
  })

  it('a graph in a graph is read, and named when it is to be taken over', async () => {
    const types = await decodeNir(read('nir-types.nir'), 'nir-types.nir')
    expect(types.nodes.get('recurrent')).toEqual({ type: 'NIRGraph', fields: new Map() })
    expect(() => importNir(types, { name: 'types' })).toThrow(/`conv1d` \(Conv1d\)/)
  })

  it('files that are cut, changed or none end in a coded error, and the next is read as before', async () => {
    const whole = read('nir-mlp.nir')
    const damaged = [
      new Uint8Array(0),
      new TextEncoder().encode('no file of this kind'),
      ...[7, 100, 1000, 5000, 20_000, 60_000].map((length) => whole.slice(0, length)),
      // An empty HDF5 file: the graph is missing.
    ]
    for (const bytes of damaged) {
      await expect(decodeNir(bytes, 'damaged.nir')).rejects.toMatchObject({
        code: 'SNX0841',
        message: expect.stringMatching(/^damaged\.nir is no NIR file: /),
      })
    }
    for (let at = 3; at < whole.length; at += Math.ceil(whole.length / 30)) {
      const bytes = whole.slice()
      bytes[at]! ^= 0xff
      await decodeNir(bytes, 'damaged.nir').then(
        (graph) => {
          try {
            importNir(graph, { name: 'damaged' })
          } catch (error) {
            expect(error).toMatchObject({ code: 'SNX0842' })
          }
        },
        (error) => expect(error).toMatchObject({ code: 'SNX0841' }),
      )
    }
    await expect(decodeNir(whole, 'whole.nir')).resolves.toMatchObject({ edges: { length: 7 } })
  })
})

describe('the commands', () => {
  const experiments = new URL('../../../experiments/', import.meta.url).pathname
  let printed = ''
  let told = ''
  beforeEach(() => {
    printed = ''
    told = ''
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += text
      return true
    })
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      told += text
      return true
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
    process.exitCode = 0
  })
  const snnx = async (...parameters: string[]) => {
    process.exitCode = 0
    await runProgram(await createProgram(parameters[0]), parameters)
    return process.exitCode
  }

  /** A compressed job of the repository's own: 784-800-10 on Fashion-MNIST. */
  const record = (() => {
    const folder = join(experiments, 'fashion_mlp', 'results')
    for (const file of readdirSync(folder).sort()) {
      const found = JSON.parse(readFileSync(join(folder, file), 'utf8'))
      if (found.job.compress !== null) return found
    }
  })()

  it('export writes a node, import takes it over: the same weights, in a spec that compiles', async () => {
    const folder = temporaryFolder()
    const out = join(folder, 'small-5.nir')
    expect(await snnx('export', record.hash, '--node', '5%', '--experiments', experiments, '--nir', out)).toBe(0)
    expect(printed).toContain(`network \`mlp\` of job ${record.hash}, at 5 %`)
    expect(await snnx('import', out, '--to', folder, '--dataset', 'fashion_mnist')).toBe(0)
    const text = readFileSync(join(folder, 'small_5_net.snnx'), 'utf8')
    const { experiment, diagnostics } = compile({ name: 'x.snnx', text })
    expect(diagnostics).toEqual([])
    const { network, train } = experiment!.jobs[0]!.job
    expect(train).toMatchObject({ epochs: 0, start: { file: 'small_5_net.safetensors' } })
    const node = record.nodes.find(({ target }: { target: number }) => target === 0.05)
    const stored = decodeWeights(
      record.job.network,
      new Uint8Array(readFileSync(join(experiments, 'fashion_mlp', node.weights.file))),
      'stored',
    )
    const taken = decodeWeights(network, new Uint8Array(readFileSync(join(folder, 'small_5_net.safetensors'))), 'taken')
    expect([...taken.values]).toEqual([...stored.values])
    const layers = (of: typeof network) => of.layers.filter(({ kind }) => kind !== 'flatten')
    expect(layers(network)).toEqual(layers(record.job.network))
  })

  it('nothing is replaced by an import', async () => {
    const folder = temporaryFolder()
    const source = new URL('nir-mlp.nir', peers).pathname
    writeFileSync(join(folder, 'nir_mlp_net.safetensors'), 'mine')
    expect(await snnx('import', source, '--to', folder)).toBe(2)
    expect(told).toMatch(/error\[SNX1039\]: .*nir_mlp_net.safetensors is there already/)
    expect(readFileSync(join(folder, 'nir_mlp_net.safetensors'), 'utf8')).toBe('mine')
    expect(existsSync(join(folder, 'nir_mlp_net.snnx'))).toBe(false)
  })

  it.each([
    [
      'SNX1037',
      2,
      (out: string) => ['export', record.hash, '--node', '7 %', '--experiments', experiments, '--nir', out],
    ],
    ['SNX1031', 2, (out: string) => ['export', record.hash, '--node', 'five', '--nir', out]],
    ['SNX1032', 2, (out: string) => ['export', '0000', '--experiments', experiments, '--nir', out]],
    ['SNX1014', 5, (out: string) => ['import', out]],
    ['SNX1038', 2, () => ['import', new URL('nir-mlp.nir', peers).pathname, '--dataset', 'mnist']],
    ['SNX0842', 4, () => ['import', new URL('nir-types.nir', peers).pathname]],
    ['SNX0841', 4, () => ['import', new URL('nir.json', peers).pathname]],
    ['SNX1031', 2, () => ['import', new URL('nir-mlp.nir', peers).pathname, '--dt', '-1']],
  ] as const)('%s ends with %i', async (code, exit, parameters) => {
    const folder = temporaryFolder()
    expect(await snnx(...parameters(join(folder, 'out.nir')))).toBe(exit)
    expect(told).toContain(`error[${code}]`)
    expect(readdirSync(folder)).toEqual([])
  })
})
