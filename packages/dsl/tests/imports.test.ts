import { identifyJob } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { checkSource, compile, renderDiagnostic } from '../src/index.ts'
import { memoryHost } from './folder.ts'

type Files = Readonly<Record<string, string>>

const hostOf = (files: Files) => memoryHost((name) => files[name] ?? null)
const compileIn = (files: Files) => compile({ name: 'main.snnx', text: files['main.snnx']! }, hostOf(files))
const said = (files: Files) =>
  compileIn(files).diagnostics.map(({ code, message, span }) => {
    const text = files[span.file ?? 'main.snnx']!
    return `${code} ${span.file ?? 'main.snnx'} \`${text.slice(span.start, span.end)}\`: ${message}`
  })

const head = 'snnx 1\n'
const experiment = (inside: string) => `experiment a {\n${inside}\ntrain { duration = 2 epochs }\n}\n`
const BODY = 'dataset : small { }\nnetwork : net { }'
const LIB = `${head}
dataset small : fashion_mini { batch = 32, validation = 20 % }
neuron slow : lif { tau = 5 steps }
network net { steps = 4, layers = flatten -> linear(20) -> slow -> linear(10) -> slow -> rate }
`
const USES = 'from "lib.snnx" use small\nfrom "lib.snnx" use net\n'
const job = (files: Files) => {
  const { experiment: compiled, diagnostics } = compileIn(files)
  expect(diagnostics).toEqual([])
  return compiled!.jobs[0]!.job
}

describe('what is imported', () => {
  it('is the same job, with the same hash, as what is written in the experiment or beside it', () => {
    const imported = job({ 'main.snnx': head + USES + experiment(BODY), 'lib.snnx': LIB })
    const beside = job({ 'main.snnx': LIB + experiment(BODY) })
    const [dataset, neuron, network] = LIB.trim().split('\n').slice(2)
    const inside = job({
      'main.snnx': head + experiment([dataset!.replace(' small', ''), neuron, network].join('\n')),
    })
    expect(imported.network.steps).toBe(4)
    expect(imported.dataset).toMatchObject({ name: 'fashion_mini', batch: 32, validation: 0.2 })
    const hashes = [imported, beside, inside].map((one) =>
      identifyJob({ ...one, backend: 'cpu' }, { data: 'd', engine: 1 }),
    )
    expect(new Set(hashes).size).toBe(1)
  })

  it('can have another name, is found relative to its file, and imports in turn', () => {
    const files = {
      'main.snnx': `${head}from "lib/nets.snnx" use net as big\n${experiment('dataset : mnist { }\nnetwork : big { }')}`,
      'lib/nets.snnx': `${head}from "../cells/cell.snnx" use slow as cell\nnetwork net { layers = flatten -> linear(10) -> cell -> rate }`,
      'cells/cell.snnx': `${head}neuron slow : lif { tau = 7 steps }`,
    }
    const { network } = job(files)
    expect(network.name).toBe('big')
    expect(network.layers[2]).toMatchObject({ name: 'cell1', neuron: { tau: 7 } })
  })

  it('sees its own file before the experiment, and the experiment before std', () => {
    const lib = (neuron: string) => `${head}${neuron}\nnetwork net { layers = flatten -> linear(10) -> cell -> rate }`
    const main = `${head}from "lib.snnx" use net\n${experiment('dataset : mnist { }\nneuron cell : lif { tau = 9 steps }\nnetwork : net { }')}`
    const tau = (neuron: string) => {
      const layer = job({ 'main.snnx': main, 'lib.snnx': lib(neuron) }).network.layers[2]!
      return layer.kind === 'neuron' ? layer.neuron.tau : null
    }
    expect(tau('neuron cell : lif { tau = 3 steps }')).toBe(3)
    expect(tau('')).toBe(9)
  })

  it('is swept and conditioned by the name that it has here', () => {
    const main = `${head}from "lib.snnx" use slow as leaky\nfrom "lib.snnx" use net\nfrom "lib.snnx" use small\n${experiment(
      `${BODY}\nsweep { leaky.tau in [2 steps, 3 steps]\nleaky in [lif, plif]\nnet.steps in [1, 2] }`,
    )}`
    const { experiment: compiled, diagnostics } = compileIn({ 'main.snnx': main, 'lib.snnx': LIB })
    expect(diagnostics).toEqual([])
    const seen = compiled!.jobs.map(({ job: { network } }) => {
      const layer = network.layers[2]!
      return layer.kind === 'neuron' ? `${layer.neuron.model} ${layer.neuron.tau} ${network.steps}` : ''
    })
    expect(seen).toEqual(['lif 2 1', 'lif 2 2', 'plif 2 1', 'plif 2 2', 'lif 3 1', 'lif 3 2', 'plif 3 1', 'plif 3 2'])
    expect(Object.keys(compiled!.jobs[0]!.variant)).toEqual(['leaky.tau', 'leaky', 'net.steps'])
  })

  it('can be a base in a sweep over data sets', () => {
    const main = `${LIB}${experiment('dataset : mnist { }\nnetwork : net { }\nsweep { dataset in [mnist, small] }')}`
    const { experiment: compiled, diagnostics } = compileIn({ 'main.snnx': main })
    expect(diagnostics).toEqual([])
    expect(compiled!.jobs.map(({ job: { dataset } }) => [dataset.name, dataset.batch])).toEqual([
      ['mnist', 64],
      ['fashion_mini', 32],
    ])
  })
})

describe('a mistake in an import', () => {
  it('lies in the file in which it is made, and is one', () => {
    const broken = LIB.replace('tau = 5 steps', 'tua = 5 steps')
    expect(said({ 'main.snnx': head + USES + experiment(BODY), 'lib.snnx': broken })).toEqual([
      'SNX0301 lib.snnx `tua`: `neuron` has no key `tua`',
    ])
  })

  it('is drawn over that file', () => {
    const files = { 'main.snnx': head + USES + experiment(BODY), 'lib.snnx': LIB.replace('linear(10)', 'linear(11)') }
    const { diagnostics, imported } = compileIn(files)
    const source = { name: 'main.snnx', text: files['main.snnx'] }
    expect(diagnostics.map((found) => renderDiagnostic(found, source, { colour: false, imported }))).toEqual([
      `error[SNX0501]: 11 outputs, but the data set has 10 classes
 --> lib.snnx:5:90
  |
5 | network net { steps = 4, layers = flatten -> linear(20) -> slow -> linear(11) -> slow -> rate }
  |                                                                                          ^^^^ its input has 11 values
  |                                                                    ---------- gives 11 values
  = note: shapes up to here: data 28 x 28 -> flatten 784 -> linear1 20 -> slow1 20 -> linear2 11 -> slow2 11 -> rate 11`,
    ])
  })

  it.each([
    ['a missing file', { 'main.snnx': head + USES.replaceAll('lib.snnx', 'lib') + experiment(BODY) }, ['SNX0315']],
    [
      'a name that is not there',
      { 'main.snnx': head + USES.replace('small', 'smal') + experiment(BODY), 'lib.snnx': LIB },
      ['SNX0316'],
    ],
    [
      'what stands in an experiment',
      {
        'main.snnx': head + USES + experiment(BODY),
        'lib.snnx': LIB.replace('dataset', 'experiment b {\ndataset').replace('%', '%\n').replace('\n }', '}\n}'),
      },
      ['SNX0316'],
    ],
    [
      'a file that imports itself',
      { 'main.snnx': `${head}from "main.snnx" use cell\n${experiment(BODY)}` },
      ['SNX0317'],
    ],
    [
      'a circle',
      {
        'main.snnx': head + USES + experiment(BODY),
        'lib.snnx': `${head}from "b.snnx" use x\n${LIB.slice(7)}`,
        'b.snnx': `${head}from "lib.snnx" use slow as y\nneuron x : y { }`,
      },
      ['SNX0317'],
    ],
    ['an absolute path', { 'main.snnx': `${head}from "/lib.snnx" use net\n${experiment(BODY)}` }, ['SNX0315']],
    ['a name twice', { 'main.snnx': head + USES + USES + experiment(BODY), 'lib.snnx': LIB }, ['SNX0306', 'SNX0306']],
    [
      'a name that the experiment has as well',
      {
        'main.snnx': `${head}${USES}from "lib.snnx" use slow\n${experiment(`${BODY}\nneuron slow : lif { }`)}`,
        'lib.snnx': LIB,
      },
      ['SNX0306'],
    ],
    [
      'a library of a later version',
      { 'main.snnx': head + USES + experiment(BODY), 'lib.snnx': LIB.replace('snnx 1', 'snnx 2') },
      ['SNX0105'],
    ],
    [
      'a library without a version',
      { 'main.snnx': head + USES + experiment(BODY), 'lib.snnx': LIB.slice(7) },
      ['SNX0104'],
    ],
    [
      'a base that lacks a key of the imported neuron',
      {
        'main.snnx': `${head}${USES}from "lib.snnx" use slow\n${experiment(`${BODY}\nsweep { slow in [lif, if] }`)}`,
        'lib.snnx': LIB,
      },
      ['SNX0405'],
    ],
  ])('%s', (_, files, codes) => {
    expect(compileIn(files).diagnostics.map(({ code }) => code)).toEqual(codes)
  })

  it('without files nothing can be imported, which is said once', () => {
    const { diagnostics } = compile({ name: 'a', text: `${head + USES.split('\n')[0]}\n${experiment(BODY)}` })
    expect(diagnostics.map(({ code }) => code)).toEqual(['SNX0315'])
  })
})

describe('a file without an experiment', () => {
  const check = (text: string, files: Files = {}) =>
    checkSource({ name: 'lib.snnx', text }, hostOf(files)).diagnostics.map(({ code }) => code)

  it('can be checked, but not compiled to jobs', () => {
    expect(check(LIB)).toEqual([])
    expect(compile({ name: 'lib.snnx', text: LIB }, hostOf({})).diagnostics.map(({ code }) => code)).toEqual([
      'SNX0106',
    ])
  })

  it('stands on its own: names among its layers are its own, imported, or of std', () => {
    expect(check(LIB.replace('-> slow -> rate', '-> slwo -> rate'))).toEqual(['SNX0305'])
    expect(
      check(`${head}network n { layers = sew_block(64) -> repeat(2) { residual(add) { cell -> sell } } }`),
    ).toEqual(['SNX0305'])
  })

  it('needs names, and takes no training', () => {
    expect(check(`${head}network { layers = flatten }`)).toEqual(['SNX0310'])
    expect(check(`${head}neuron a : lif { }\ntrain { duration = 1 epoch }`)).toEqual(['SNX0312'])
    expect(check(head)).toEqual(['SNX0106'])
  })
})
