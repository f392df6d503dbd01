import { readFileSync } from 'node:fs'
import { exportNir, importNir, type NirField, Stepper } from '@snnx/core'
import { twin } from '@snnx/kernels'
import { describe, expect, it } from 'vitest'
import { decodeNir } from '../../packages/runner/src/nir/hdf5.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root))
const parse = (path: string) => JSON.parse(read(path).toString('utf8'))

interface ReadBack {
  nodes: Record<string, { type: string; fields: Record<string, { shape: number[]; nonzero: number }> }>
  edges: [string, string][]
  dt: number
  steps: number
  spikes: Record<string, number[][]>
  output: number[][][]
}
const { files } = parse('fixtures/exchange/read-back.json') as { files: Record<string, ReadBack> }
const SAMPLES = 3

/** The frames of `bench/peer/read_nir.py`: `[steps][samples x size]`. */
function frames(steps: number, size: number): Float32Array[] {
  return Array.from({ length: steps }, (_, t) =>
    Float32Array.from({ length: SAMPLES * size }, (_, index) => {
      const [n, i] = [Math.floor(index / size), index % size]
      return ((7 * i + 13 * n + 29 * t) % 16) / 16
    }),
  )
}

describe.each(Object.entries(files))('%s, read by the Python package nir', (name, theirs) => {
  it('has the nodes, shapes and surviving weights that we wrote', async () => {
    const graph = await decodeNir(read(`fixtures/exchange/${name}`), name)
    expect(graph.edges).toEqual(theirs.edges)
    expect(new Set(graph.nodes.keys())).toEqual(new Set(Object.keys(theirs.nodes)))
    for (const [key, { type, fields }] of graph.nodes) {
      const of = theirs.nodes[key]!
      expect(of.type).toBe(type)
      for (const [field, value] of fields) {
        const found = of.fields[field]
        if (found === undefined || typeof value === 'string') continue // shapes, which the package keeps elsewhere
        const numbers = value as Exclude<NirField, string>
        expect(found.shape, `${key}.${field}`).toEqual([...numbers.shape])
        expect(found.nonzero, `${key}.${field}`).toBe(Array.from(numbers.values).filter((of) => of !== 0).length)
      }
    }
  })

  it('spikes there as here, at every step', async () => {
    const { network, weights } = importNir(await decodeNir(read(`fixtures/exchange/${name}`), name), { name: 'ours' })
    expect(network.steps).toBe(theirs.steps)
    const size = network.input.reduce((product, extent) => product * extent, 1)
    const stepper = new Stepper(network, weights, twin)
    const spikes: number[][][] = []
    const output = frames(network.steps, size).map((frame) => {
      let layer = 0
      const last = stepper.step(frame, SAMPLES, {
        fired(_, __, fired) {
          const row = fired.length / SAMPLES
          const sums = Array.from({ length: SAMPLES }, (_, at) =>
            fired.subarray(at * row, (at + 1) * row).reduce((sum, spike) => sum + spike, 0),
          )
          spikes[layer] = [...(spikes[layer] ?? []), sums]
          layer++
        },
      })
      return Array.from({ length: SAMPLES }, (_, at) => [
        ...last.subarray((at * last.length) / SAMPLES, ((at + 1) * last.length) / SAMPLES),
      ])
    })
    expect(spikes).toEqual(Object.values(theirs.spikes))
    expect(output).toEqual(theirs.output)
    expect(spikes.flat(2).some((sum) => sum > 0)).toBe(true)
  })
})

it('what we write now is what was read back then', async () => {
  const source = await decodeNir(read('fixtures/peers/nir-conv-avg.nir'), 'source')
  const { network, weights } = importNir(source, { name: 'conv', steps: 5 })
  const now = exportNir(network, weights)
  const then = await decodeNir(read('fixtures/exchange/conv.nir'), 'conv.nir')
  expect([...now.nodes.keys()].toSorted()).toEqual([...then.nodes.keys()].toSorted())
  for (const [name, node] of now.nodes) expect(node, name).toEqual(then.nodes.get(name))
  expect(now.edges).toEqual(then.edges)
})

describe('weights files in Python', () => {
  it('SpikingJelly finds the accuracy of the record at every node', () => {
    const { nodes } = parse('fixtures/exchange/accuracy.json') as {
      nodes: { node: number; correct: number; recorded: number; total: number }[]
    }
    expect(nodes.map(({ node }) => node)).toEqual([0.25, 0.12, 0.05, 0.0235, 0.0073])
    for (const { correct, recorded, total } of nodes) {
      // Sums in another order move single spikes: two answers of 10,000 at most.
      expect(Math.abs(correct - recorded)).toBeLessThanOrEqual(2e-4 * total)
    }
  })

  it('the loader of the documentation is the one that did', () => {
    const loader = /def load\(path\):\n([\s\S]*? {4}return held\n)/
    const script = loader.exec(read('bench/peer/load_weights.py').toString('utf8'))![1]!
    const documented = loader.exec(read('docs/weights-format.md').toString('utf8'))![1]!
    expect(script.replace(/ {4}"""[^\n]*"""\n/, '')).toBe(documented)
  })
})
