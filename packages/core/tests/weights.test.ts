import { createRandom, type Network, type Neuron, SnnxError } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors, type StoredTensor, storeFloats } from '../src/checkpoint/safetensors.ts'
import { decodeWeights, denseBytes, encodeWeights, type NetworkWeights } from '../src/checkpoint/weights.ts'
import { listParameters } from '../src/parameters.ts'

fc.configureGlobal({ seed: 1 })

const neuron: Neuron = {
  model: 'plif',
  tau: 2,
  threshold: 1,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
}
const networkOf = (inputs: number, hidden: number): Network => ({
  name: 'small',
  steps: 4,
  input: [inputs],
  classes: 3,
  layers: [
    { kind: 'linear', name: 'linear1', features: hidden, bias: true },
    { kind: 'neuron', name: 'cell1', neuron },
    { kind: 'linear', name: 'linear2', features: 3, bias: false },
    { kind: 'neuron', name: 'cell2', neuron: { ...neuron, model: 'lif' } },
    { kind: 'rate' },
  ],
})
const network = networkOf(6, 5)

/** Random weights; those of the `pruned` layers survive with the given share, the others are 0. */
function draw(of: Network, share: number, seed: number, pruned = ['linear1.weight', 'linear2.weight']): NetworkWeights {
  const random = createRandom(seed, 'weights')
  const values = new Map<string, Float32Array>()
  const masks = new Map<string, Uint8Array>()
  for (const { name, shape } of listParameters(of)) {
    const length = shape.reduce((product, size) => product * size, 1)
    const mask = Uint8Array.from({ length }, () => Number(!pruned.includes(name) || random.uniform() < share))
    values.set(
      name,
      Float32Array.from({ length }, (_, at) => random.normal() * mask[at]!),
    )
    if (pruned.includes(name)) masks.set(name, mask)
  }
  return { values, masks }
}

/** -0 and 0 both stand for a pruned weight. */
const plain = ({ values, masks }: NetworkWeights) => ({
  values: [...values].map(([name, held]) => [name, [...held].map((value) => value + 0)]),
  masks: [...masks].map(([name, held]) => [name, [...held]]),
})

describe('a weights file', () => {
  it('gives back the values and the masks, to the bit', () => {
    const pruned = fc.subarray(['linear1.weight', 'linear2.weight', 'linear1.bias'])
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), pruned, (share, seed, pruned) => {
        const weights = draw(network, share, seed, pruned)
        expect(plain(decodeWeights(network, encodeWeights(network, weights), 'the file'))).toEqual(plain(weights))
      }),
    )
  })

  it('tells a surviving weight that is 0 from a pruned one', () => {
    const weights = draw(network, 1, 1)
    weights.values.get('linear1.weight')![3] = 0
    weights.masks.get('linear1.weight')![4] = 0
    weights.values.get('linear1.weight')![4] = 0
    const read = decodeWeights(network, encodeWeights(network, weights), 'the file')
    expect(read.masks.get('linear1.weight')!.slice(3, 5)).toEqual(Uint8Array.of(1, 0))
  })

  it('shrinks with the network: at 0.73 % of 784 x 800 it is a fiftieth and less', () => {
    const mlp = networkOf(784, 800)
    const weights = draw(mlp, 0.0073, 2)
    const bytes = encodeWeights(mlp, weights).length
    const kept = [...weights.masks.values()].reduce((sum, mask) => sum + mask.reduce((all, of) => all + of, 0), 0)
    expect(denseBytes(mlp)).toBeGreaterThan(4 * (627_200 + 2_400 + 800))
    expect(bytes).toBeLessThan(denseBytes(mlp) / 50)
    // A value of 4 bytes and a position of 1 to 2 for each survivor, 800 biases, a header.
    expect(bytes).toBeLessThan(4 * kept + 2 * kept + 4 * 801 + 1000)
  })

  it('of half the weights is below 55 %, of a dense network no larger than its tensors and a header', () => {
    const mlp = networkOf(200, 100)
    const dense = denseBytes(mlp)
    expect(encodeWeights(mlp, draw(mlp, 0.5, 3)).length).toBeLessThan(0.55 * dense)
    expect(dense).toBeLessThan(4 * (200 * 100 + 100 * 3 + 101) + 600)
  })

  it("is read from Node's Buffer, whose slice does not copy", () => {
    const wide = networkOf(900, 40)
    for (const share of [1, 0.001]) {
      const weights = draw(wide, share, 6)
      const file = encodeWeights(wide, weights)
      expect(plain(decodeWeights(wide, Buffer.from(file), 'the file'))).toEqual(plain(weights))
    }
  })

  it('is read from any dense safetensors file with the same names', () => {
    const { values } = draw(network, 1, 4)
    const tensors = new Map(
      listParameters(network).map(({ name, shape }) => [name, storeFloats(values.get(name)!, shape)]),
    )
    const read = decodeWeights(network, encodeSafetensors({ tensors, metadata: {} }), 'the file')
    expect(plain(read)).toEqual(plain({ values, masks: new Map() }))
  })
})

describe('a weights file that does not fit', () => {
  const sample = encodeWeights(network, draw(network, 0.4, 5, ['linear1.weight']))

  function refuse(of: Network, file: Uint8Array): SnnxError {
    try {
      decodeWeights(of, file, 'the file')
    } catch (failure) {
      expect(failure).toBeInstanceOf(SnnxError)
      expect((failure as SnnxError).code).toMatch(/^SNX080[12]$/)
      expect((failure as SnnxError).help).toBeTruthy()
      expect((failure as SnnxError).message).not.toMatch(/\p{Cc}/u)
      return failure as SnnxError
    }
    throw new Error('it was accepted')
  }

  /** The sample with its tensors and metadata changed. */
  function change(by: (tensors: Map<string, StoredTensor>, metadata: Record<string, string>) => void): Uint8Array {
    const { tensors, metadata } = decodeSafetensors(sample, 'the sample')
    by(tensors, metadata)
    return encodeSafetensors({ tensors, metadata })
  }
  const bytesOf = (...values: number[]) => storeFloats(Float32Array.from(values), [values.length])

  it.each([
    ['of a wider network', networkOf(6, 8), sample, /`linear1.weight`/],
    ['of a network with other inputs', networkOf(7, 5), sample, /`linear1.weight`/],
    [
      'without a tensor',
      network,
      change((tensors) => void tensors.delete('linear2.weight')),
      /`linear2.weight` is missing/,
    ],
    ['without positions', network, change((tensors) => void tensors.delete('linear1.weight.positions')), /disagree/],
    ['without a description', network, change((_, metadata) => void delete metadata['linear1.weight']), /disagree/],
    [
      'with an unknown encoding',
      network,
      change((_, metadata) => void Object.assign(metadata, { 'linear1.weight': '{"shape":[5,6],"encoding":"zip"}' })),
      /disagree/,
    ],
    [
      'with a description that is not JSON',
      network,
      change((_, metadata) => void Object.assign(metadata, { 'linear1.weight': '{' })),
      /disagree/,
    ],
    [
      'with a value too few',
      network,
      change((tensors) => void tensors.set('linear1.weight.values', bytesOf(1))),
      /disagree/,
    ],
    [
      'with an extra tensor',
      network,
      change((tensors) => void tensors.set('other\u001b[2J', bytesOf(1))),
      /not one of its tensors/,
    ],
    [
      'with a tensor both dense and sparse',
      network,
      change((tensors) => void tensors.set('linear1.weight', storeFloats(new Float32Array(30), [5, 6]))),
      /not one of its tensors/,
    ],
    [
      'with another type',
      network,
      change((tensors) => void tensors.set('linear1.bias', { dtype: 'U8', shape: [5], bytes: new Uint8Array(5) })),
      /U8 \[5\], expected F32 \[5\]/,
    ],
    [
      'with another shape',
      network,
      change((tensors) => void tensors.set('linear2.weight', storeFloats(new Float32Array(15), [5, 3]))),
      /F32 \[5,3\], expected F32 \[3,5\]/,
    ],
    [
      'with NaN',
      network,
      change((tensors) => void tensors.set('linear1.bias', bytesOf(1, NaN, 3, 4, 5))),
      /not finite/,
    ],
    [
      'with an infinity',
      network,
      change((tensors) => void tensors.set('cell1.decay', storeFloats(Float32Array.of(-Infinity), []))),
      /not finite/,
    ],
  ] as const)('%s is refused by name', (_, of, file, reason) => {
    const failure = refuse(of, file)
    expect(failure.code).toBe('SNX0802')
    expect(failure.message).toContain('network `small`')
    expect(failure.message).toMatch(reason)
  })

  it('cut anywhere is refused', () => {
    for (let length = 0; length < sample.length; length += 3)
      expect(refuse(network, sample.slice(0, length)).code).toBe('SNX0801')
  })

  it('with any bit flipped is refused, or holds as many finite weights as the network', () => {
    for (let bit = 0; bit < sample.length * 8; bit++) {
      const file = sample.slice()
      file[bit >> 3]! ^= 1 << (bit & 7)
      try {
        const { values } = decodeWeights(network, file, 'the file')
        expect([...values.values()].map((held) => held.length)).toEqual([30, 5, 1, 15])
        expect([...values.values()].every((held) => held.every(Number.isFinite))).toBe(true)
      } catch (failure) {
        expect(failure).toBeInstanceOf(SnnxError)
      }
    }
  })
})
