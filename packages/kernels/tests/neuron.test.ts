import type { Neuron } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { twin } from '../src/index.ts'
import type { Affine, NeuronExtent } from '../src/kernels.ts'
import { surrogateGradient } from '../src/twin/surrogate.ts'
import { expectClose, source } from './draw.ts'
import { describeBoth, native } from './sets.ts'

interface Case {
  neuron: Neuron
  decay: number
  extent: NeuronExtent
  x: Float32Array
  upstream: Float32Array
  affine: Affine | null
}

const neuron = fc.record({
  model: fc.constantFrom('lif', 'if', 'plif'),
  tau: fc.constantFrom(2, 4, 3.7, 1.5),
  threshold: fc.constantFrom(1, 0.5),
  resetTo: fc.constantFrom(0, -0.25),
  reset: fc.constantFrom('zero', 'subtract'),
  detach: fc.boolean(),
  surrogate: fc.record({ kind: fc.constantFrom('atan', 'sigmoid', 'triangle'), alpha: fc.constantFrom(2, 4, 1) }),
}) as fc.Arbitrary<Neuron>

const cases: fc.Arbitrary<Case> = fc
  .record({
    neuron,
    steps: fc.integer({ min: 1, max: 9 }),
    batch: fc.integer({ min: 1, max: 3 }),
    channels: fc.integer({ min: 1, max: 5 }),
    rows: fc.constantFrom(1, 2, 3),
    row: fc.constantFrom(1, 3, 7, 8, 16, 31, 32, 33, 64, 100),
    constantInput: fc.boolean(),
    normed: fc.boolean(),
    seed: fc.integer(),
    level: fc.constantFrom(-9, 0.4, 1, 9),
  })
  .map(({ neuron, steps, batch, channels, rows, row, constantInput, normed, seed, level }) => {
    const draw = source(seed)
    const width = batch * channels * rows * row
    const size = constantInput ? width : steps * width
    const affine = { scale: draw(channels, 1, 1), shift: draw(channels, 0.5, 0), inner: rows * row }
    return {
      neuron,
      decay: Math.fround(neuron.model === 'plif' ? 0.4 : 1 / neuron.tau),
      extent: { steps, width, row, constantInput },
      x: draw(size, 3, level),
      upstream: draw(steps * width, 1, 0),
      affine: normed ? affine : null,
    }
  })

function forward(kernels: typeof twin, { neuron, decay, extent, x, affine }: Case) {
  const { steps, width, row } = extent
  const bits = new Uint32Array(((steps * width) / row) * Math.ceil(row / 32)).fill(0xffffffff)
  const count = kernels.neuronForward(neuron, decay, extent, x, affine, bits)
  return { bits, count }
}

function backward(kernels: typeof twin, { neuron, decay, extent, x, affine, upstream }: Case, inPlace: boolean) {
  const from = upstream.slice()
  const gradient = inPlace ? from : new Float32Array(x.length)
  const sums = affine ? new Float64Array(2 * affine.scale.length) : null
  const toDecay = kernels.neuronBackward(neuron, decay, extent, x, affine, from, gradient, sums)
  return { gradient, sums, toDecay }
}

describe.skipIf(!native)('native neurons', () => {
  it('fire the very spikes of the twin', () => {
    fc.assert(
      fc.property(cases, (of) => {
        const [ours, theirs] = [forward(native!, of), forward(twin, of)]
        expect(ours.bits).toEqual(theirs.bits)
        expect(ours.count).toBe(theirs.count)
        expect(ours.count).toBe(twin.countSpikes(ours.bits))
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it("have the twin's gradients, in place or not", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), (of, inPlace) => {
        const share = inPlace && !of.extent.constantInput
        const [ours, theirs] = [backward(native!, of, share), backward(twin, of, false)]
        // Only the sigmoid's exponential is not rounded as the twin's.
        if (of.neuron.surrogate.kind === 'sigmoid') expectClose(ours.gradient, theirs.gradient, 1e-6)
        else expectEqual(ours.gradient, theirs.gradient)
        if (theirs.sums) expectClose(ours.sums!, theirs.sums, 1e-5)
        expectClose([ours.toDecay], [theirs.toDecay], 1e-4)
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})

/** Equal numbers; of zeros the sign does not matter. */
function expectEqual(actual: Float32Array, expected: Float32Array): void {
  expect(actual.map((value) => value + 0)).toEqual(expected.map((value) => value + 0))
}

const lif: Neuron = {
  model: 'lif',
  tau: 2,
  threshold: 1,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
}

describeBoth('neurons', (kernels) => {
  const extent: NeuronExtent = { steps: 3, width: 1, row: 1, constantInput: false }

  it('charge, fire and reset', () => {
    // H = 0.75, 1.125 (fires: V = 0), 0.5; below the threshold V = H.
    const bits = new Uint32Array(3)
    expect(kernels.neuronForward(lif, 0.5, extent, Float32Array.of(1.5, 1.5, 1), null, bits)).toBe(1)
    expect([...bits]).toEqual([0, 1, 0])
    // The same through an affine map, and with what is above the threshold kept: V = 0.125, H = 0.5625.
    const affine = { scale: Float32Array.of(0.5), shift: Float32Array.of(-1), inner: 1 }
    const soft: Neuron = { ...lif, reset: 'subtract', threshold: 0.5625 }
    kernels.neuronForward(soft, 0.5, extent, Float32Array.of(5, 5, 4), affine, bits)
    expect([...bits]).toEqual([1, 1, 1])
  })

  it('send the gradient back through the steps', () => {
    // A triangle of alpha 1 has slope 1 - |H - 1|: of H = 0.75, 1.125, 0.5 it is 0.75, 0.875, 0.5.
    const neuron: Neuron = { ...lif, surrogate: { kind: 'triangle', alpha: 1 } }
    const gradient = new Float32Array(3)
    const x = Float32Array.of(1.5, 1.5, 1)
    kernels.neuronBackward(neuron, 0.5, extent, x, null, Float32Array.of(1, 1, 1), gradient, null)
    // gH: 0.5; 0.875 + 0 for it fired; 0.75 + 0.875 / 2. Half of it goes to the input.
    expect([...gradient]).toEqual([0.59375, 0.4375, 0.25])
  })

  it('refuse arrays of other lengths', () => {
    const extent: NeuronExtent = { steps: 2, width: 4, row: 4, constantInput: false }
    const affine = (channels: number): Affine => {
      return { scale: new Float32Array(channels), shift: new Float32Array(channels), inner: 1 }
    }
    const forward = (x: number, bits: number, of = extent, map: Affine | null = null) => {
      return () => kernels.neuronForward(lif, 0.5, of, new Float32Array(x), map, new Uint32Array(bits))
    }
    expect(forward(8, 2)).not.toThrow()
    expect(forward(7, 2)).toThrow(RangeError)
    expect(forward(8, 3)).toThrow(RangeError)
    expect(forward(8, 4, { ...extent, row: 3 })).toThrow(RangeError)
    expect(forward(8, 2, extent, affine(3))).toThrow(RangeError)
    const backward = (upstream: number, gradient: number, sums: number | null, map: Affine | null) => () => {
      const [x, from, to] = [8, upstream, gradient].map((length) => new Float32Array(length)) as Float32Array[]
      kernels.neuronBackward(lif, 0.5, extent, x!, map, from!, to!, sums === null ? null : new Float64Array(sums))
    }
    expect(backward(8, 8, 4, affine(2))).not.toThrow()
    expect(backward(7, 8, null, null)).toThrow(RangeError)
    expect(backward(8, 7, null, null)).toThrow(RangeError)
    expect(backward(8, 8, 3, affine(2))).toThrow(RangeError)
    expect(backward(8, 8, 4, null)).toThrow(RangeError)
  })
})

describe('surrogateGradient', () => {
  // The primitives of SpikingJelly, whose derivatives the surrogates are.
  const PRIMITIVES: Record<Neuron['surrogate']['kind'], (alpha: number, x: number) => number> = {
    atan: (alpha, x) => Math.atan((Math.PI / 2) * alpha * x) / Math.PI + 1 / 2,
    sigmoid: (alpha, x) => 1 / (1 + Math.exp(-alpha * x)),
    triangle: (alpha, x) => {
      if (Math.abs(x) >= 1 / alpha) return Number(x > 0)
      return (-(alpha ** 2) / 2) * Math.abs(x) * x + alpha * x + 1 / 2
    },
  }

  it.each(['atan', 'sigmoid', 'triangle'] as const)('%s is the derivative of its primitive', (kind) => {
    const alpha = 1.5
    const membrane = Float32Array.from({ length: 41 }, (_, at) => at / 8 - 1.53125)
    const slope = new Float32Array(membrane.length)
    surrogateGradient({ kind, alpha }, 1, membrane, slope)
    const of = (x: number) => PRIMITIVES[kind](alpha, x)
    const expected = Array.from(membrane, (H) => (of(H - 1 + 1e-5) - of(H - 1 - 1e-5)) / 2e-5)
    expectClose(slope, expected, 1e-6)
  })
})
