import type { Network, Neuron } from '@snnx/ir'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { disposeTensors, initialiseParameters, listParameters } from '../src/parameters.ts'

const neuron: Neuron = {
  model: 'plif',
  tau: 2,
  threshold: 1,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
}
const chain = (...features: number[]): Network => ({
  name: 'chain',
  steps: 4,
  input: [20, 20],
  classes: features.at(-1)!,
  layers: [
    { kind: 'flatten' },
    ...features.flatMap((size, at): Network['layers'] => [
      { kind: 'linear', name: `linear${at + 1}`, features: size, bias: true },
      { kind: 'neuron', name: `cell${at + 1}`, neuron: { ...neuron, tau: 2 + at } },
    ]),
    { kind: 'rate' },
  ],
})

function draw(network: Network, seed: number): Map<string, number[]> {
  const parameters = initialiseParameters(network, seed)
  const values = [...parameters].map(([name, held]): [string, number[]] => [name, [...held.dataSync()]])
  disposeTensors(parameters)
  return new Map(values)
}

beforeAll(async () => {
  await openBackend('cpu')
})

describe('listParameters', () => {
  it('lists what is learned, in the order of the network', () => {
    expect(listParameters(chain(30, 10)).map(({ name, kind, shape }) => [name, kind, shape])).toEqual([
      ['linear1.weight', 'weight', [30, 400]],
      ['linear1.bias', 'bias', [30]],
      ['cell1.decay', 'decay', []],
      ['linear2.weight', 'weight', [10, 30]],
      ['linear2.bias', 'bias', [10]],
      ['cell2.decay', 'decay', []],
    ])
  })
})

describe('initialiseParameters', () => {
  it('draws weights uniformly within 1 / sqrt(inputs): bounds, mean and variance', () => {
    const values = draw(chain(100, 10), 1).get('linear1.weight')!
    const bound = 1 / 20
    expect(values).toHaveLength(40_000)
    expect(Math.max(...values)).toBeLessThanOrEqual(Math.fround(bound))
    expect(Math.max(...values)).toBeGreaterThan(0.999 * bound)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-Math.fround(bound))
    expect(Math.min(...values)).toBeLessThan(-0.999 * bound)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    // Uniform in +-b: variance b^2 / 3; four standard errors of mean and variance.
    expect(Math.abs(mean)).toBeLessThan((4 * bound) / Math.sqrt(3 * values.length))
    expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(4 * Math.sqrt(0.8 / values.length))
  })

  it('draws biases within the bound of their own layer', () => {
    const drawn = draw(chain(400, 400), 1)
    for (const [name, inputs] of [
      ['linear1.bias', 400],
      ['linear2.bias', 400],
    ] as const) {
      const most = Math.max(...drawn.get(name)!.map(Math.abs))
      expect(most).toBeLessThanOrEqual(Math.fround(1 / Math.sqrt(inputs)))
      expect(most).toBeGreaterThan(0.95 / Math.sqrt(inputs))
    }
  })

  it('starts plif at its tau', () => {
    const drawn = draw(chain(30, 20, 10), 1)
    for (const [at, tau] of [2, 3, 4].entries())
      expect(1 + Math.exp(-drawn.get(`cell${at + 1}.decay`)![0]!)).toBeCloseTo(tau, 5)
  })

  it('is fixed by the seed alone', () => {
    expect(draw(chain(30, 10), 5)).toEqual(draw(chain(30, 10), 5))
    expect(draw(chain(30, 10), 6).get('linear1.weight')).not.toEqual(draw(chain(30, 10), 5).get('linear1.weight'))
  })

  it("gives each tensor its own stream: one more layer does not change another's weights", () => {
    const [short, long] = [draw(chain(30, 30), 5), draw(chain(30, 30, 10), 5)]
    for (const name of ['linear1.weight', 'linear1.bias', 'linear2.weight', 'linear2.bias'])
      expect(long.get(name)).toEqual(short.get(name))
    // And a wider layer begins with what the narrower one had.
    expect(draw(chain(40, 30), 5).get('linear1.weight')!.slice(0, 12_000)).toEqual(short.get('linear1.weight'))
    expect(short.get('linear1.weight')!.slice(0, 30)).not.toEqual(short.get('linear1.bias'))
  })
})
