import { inferFlow, type Layer, type Network } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bisect, layersBefore, type Probe, setThresholds } from '../src/ours/threshold.ts'
import { jobOf } from '../src/workload.ts'

const sew = jobOf({
  network: 'sew_resnet18',
  width: null,
  steps: 2,
  batch: 1,
  task: 'train',
  connectivity: 1,
  rate: 0.1,
}).network

describe('bisect', () => {
  it('finds where a falling rate is the target', () => {
    const between = fc.double({ min: 0.01, max: 0.9, noNaN: true })
    fc.assert(
      fc.property(between, fc.double({ min: 0.1, max: 100, noNaN: true }), (target, scale) => {
        const rateAt = (threshold: number) => Math.exp(-threshold / scale)
        expect(Math.abs(rateAt(bisect(rateAt, target, 10 * scale)) - target)).toBeLessThanOrEqual(0.01 * target)
      }),
      { seed: 1 },
    )
  })

  it('comes as near as it can to a rate that is jumped over', () => {
    expect(bisect((threshold) => (threshold < 3 ? 1 : 0), 0.1, 8)).toBeCloseTo(3, 5)
  })
})

describe('layersBefore', () => {
  it('goes through the branch of a residual block that holds the layer', () => {
    const names = (name: string) =>
      layersBefore(sew.layers, name)!.map((layer) => ('name' in layer ? layer.name : layer.kind))
    expect(names('cell1')).toEqual(['conv1', 'norm1'])
    expect(names('cell3')).toEqual(['conv1', 'norm1', 'cell1', 'max_pool', 'conv2', 'norm2', 'cell2', 'conv3', 'norm3'])
    // The first block of the second stage: body conv6, conv7, shortcut conv8.
    expect(names('cell8')).toEqual(['conv1', 'norm1', 'cell1', 'max_pool', 'residual', 'residual', 'conv8', 'norm8'])
    expect(layersBefore(sew.layers, 'nobody')).toBeNull()
  })
})

describe('setThresholds', () => {
  /** Every layer of neurons gets 1, 2, ..., 1000 times its place, and what exceeds the threshold fires. */
  const probe = (seen: Layer[][]): Probe => ({
    forward(layers) {
      seen.push([...layers])
      return Float32Array.from({ length: 1000 }, (_, index) => (index + 1) * seen.length)
    },
    fire: ({ neuron }, input) => input.filter((value) => value > neuron.threshold).length / input.length,
  })

  it('sets one layer after the other, each seeing those before as they are set', () => {
    const seen: Layer[][] = []
    const set = setThresholds(sew, 0.1, probe(seen))
    const thresholds = thresholdsOf(set)
    expect(thresholds).toHaveLength(20)
    for (const [index, threshold] of thresholds.entries()) {
      expect(Math.abs(1 - threshold / (1000 * (index + 1)) - 0.1)).toBeLessThan(0.0015)
    }
    for (const [index, layers] of seen.entries()) {
      const before = thresholdsOf({ ...sew, layers })
      expect(before.every((threshold) => thresholds.slice(0, index).includes(threshold))).toBe(true)
    }
  })

  it('leaves the network it was given alone, and changes nothing else', () => {
    const before = structuredClone(sew)
    const set = setThresholds(sew, 0.1, probe([]))
    expect(sew).toEqual(before)
    const plain = (network: Network) => JSON.stringify(network).replace(/"threshold":[\d.]+/g, '')
    expect(plain(set)).toBe(plain(sew))
  })

  it('says which layer can never fire', () => {
    const silent: Probe = { forward: () => new Float32Array(4), fire: () => 0 }
    expect(() => setThresholds(sew, 0.1, silent)).toThrow('`cell1` gets no positive input')
  })
})

function thresholdsOf(network: Network): number[] {
  return inferFlow(network).flows.flatMap(({ layer }) => (layer.kind === 'neuron' ? [layer.neuron.threshold] : []))
}
