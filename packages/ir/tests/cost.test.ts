import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  costLayers,
  costNetwork,
  countPrunable,
  energy,
  keptWeights,
  listPrunable,
  type Network,
} from '../src/index.ts'
import { lif, mlp } from './sample.ts'

fc.configureGlobal({ seed: 1 })

describe('the cost of the mlp, by hand', () => {
  it('per layer', () => {
    expect(costLayers(mlp)).toEqual([
      {
        name: 'linear1',
        weights: 627_200, // 784 x 800
        biases: 0,
        positions: 1,
        constantInput: true,
        binaryInput: false,
        macs: 5_017_600, // x 8 steps: the network as written, though the engine computes this layer once
      },
      {
        name: 'linear2',
        weights: 8_000,
        biases: 0,
        positions: 1,
        constantInput: false,
        binaryInput: true,
        macs: 64_000,
      },
    ])
  })

  it('in all', () => {
    expect(costNetwork(mlp)).toEqual({
      weights: 635_200,
      parameters: 635_200,
      neurons: 810,
      synapses: 635_200,
      macs: 5_081_600,
    })
  })

  it('counts biases and learned time constants as parameters, not as weights', () => {
    const learned: Network = {
      ...mlp,
      layers: mlp.layers.map((layer) => {
        if (layer.kind === 'linear') return { ...layer, bias: true }
        return layer.kind === 'neuron' ? { ...layer, neuron: { ...lif, model: 'plif' } } : layer
      }),
    }
    expect(costNetwork(learned)).toMatchObject({ weights: 635_200, parameters: 635_200 + 810 + 2, macs: 5_081_600 })
  })
})

describe('convolutions and norms', () => {
  const conv = { kind: 'conv', name: 'conv1', channels: 5, kernel: 3, stride: 2, padding: 1, bias: true } as const
  const of = (...layers: Network['layers']): Network => ({
    ...mlp,
    input: [2, 6, 8],
    layers: [...layers, { kind: 'neuron', name: 'cell1', neuron: lif }, { kind: 'rate' }],
  })

  it('a weight is used at every output position, at every step', () => {
    const [layer] = costLayers(of(conv))
    expect(layer).toMatchObject({ weights: 2 * 5 * 9, biases: 5, positions: 3 * 4, macs: 90 * 12 * 8 })
    expect(costNetwork(of(conv))).toMatchObject({ parameters: 95, synapses: 90 * 12, neurons: 60 })
  })

  it('a norm has a scale and a shift for each channel, none of them prunable', () => {
    const norm = { kind: 'norm', name: 'norm1', epsilon: 1e-5, momentum: 0.1 } as const
    expect(costNetwork(of(conv, norm))).toMatchObject({ weights: 90, parameters: 95 + 2 * 5 })
    expect(costNetwork(of({ kind: 'flatten' }, norm)).parameters).toBe(2 * 96)
    expect(listPrunable(of(conv, norm), []).map(({ name }) => name)).toEqual(['conv1'])
  })

  it('inside a block they count as anywhere', () => {
    const block: Network['layers'][number] = { kind: 'residual', body: [conv], shortcut: [{ ...conv, name: 'conv2' }] }
    expect(costLayers(of(block)).map(({ name, weights }) => [name, weights])).toEqual([
      ['conv1', 90],
      ['conv2', 90],
    ])
    expect(countPrunable(of(block), ['conv1'])).toBe(90)
  })
})

describe('prunable weights', () => {
  it('are those of all layers that are not protected', () => {
    expect(listPrunable(mlp, [])).toEqual(costLayers(mlp))
    expect(listPrunable(mlp, ['linear1']).map(({ name }) => name)).toEqual(['linear2'])
    expect(countPrunable(mlp, [])).toBe(635_200)
    expect(countPrunable(mlp, ['linear1'])).toBe(8_000)
    expect(countPrunable(mlp, ['linear1', 'linear2'])).toBe(0)
  })
})

describe('energy', () => {
  it('is 4.6 pJ a MAC and 0.9 pJ an AC', () => {
    expect(energy({ macs: 10, acs: 0 })).toBeCloseTo(46, 12)
    expect(energy({ macs: 0, acs: 10 })).toBeCloseTo(9, 12)
    expect(energy({ macs: 2, acs: 3 }, { name: '', source: '', picojoulePerMac: 5, picojoulePerAc: 7 })).toBe(31)
  })
})

describe('keptWeights', () => {
  /** K = floor(c N) in integers, c = `digits` / 10^`places`. */
  const exact = (digits: number, places: number, total: number) =>
    Number((BigInt(digits) * BigInt(total)) / 10n ** BigInt(places))

  it.each([
    [0.25, 158_800],
    [0.12, 76_224],
    [0.05, 31_760],
    [0.0235, 14_927], // 14,927.2
    [0.0073, 4_636], // 4,636.96
    [0.007, 4_446], // 4,446.4
    [1, 635_200],
  ])('keeps of the mlp at %d the %d weights of the paper', (share, kept) => {
    expect(keptWeights(share, 635_200)).toBe(kept)
  })

  it('is the floor of the decimal share, however the share was read', () => {
    const percent = fc.tuple(fc.integer({ min: 1, max: 100_000_000 }), fc.constantFrom(0, 1, 2, 3, 4, 5, 6))
    fc.assert(
      fc.property(percent, fc.integer({ min: 1, max: 100_000_000 }), ([digits, places], total) => {
        fc.pre(digits <= 100 * 10 ** places)
        const kept = exact(digits, places + 2, total)
        expect(keptWeights(Number(`${digits}e-${places + 2}`), total)).toBe(kept)
        expect(keptWeights(Number(`${digits}e-${places}`) / 100, total)).toBe(kept)
      }),
      { numRuns: 2000 },
    )
  })

  it('never keeps one more than the share allows, close as it may come', () => {
    expect(keptWeights(0.999999, 1)).toBe(0)
    expect(keptWeights(0.9999999, 10)).toBe(9)
    expect(keptWeights(0.29, 100)).toBe(29) // 0.29 * 100 is 28.999999999999996
    expect(keptWeights(0.00000027027027, 37_000_000)).toBe(9) // 9.99999999
  })
})
