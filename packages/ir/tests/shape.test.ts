import { describe, expect, it } from 'vitest'
import { count, inferFlow, type Layer, type Network } from '../src/index.ts'
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

describe('count', () => {
  it('is the product of the sizes, 1 for a scalar', () => {
    expect([count([]), count([7]), count([2, 3, 4]), count([5, 0])]).toEqual([1, 7, 24, 0])
  })
})
