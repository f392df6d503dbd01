import type { Neuron } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { twin } from '../src/index.ts'
import type { Affine, NeuronExtent } from '../src/kernels.ts'
import { expectClose, source } from './draw.ts'
import { native } from './sets.ts'

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
        expectClose(ours.gradient, theirs.gradient, 1e-5)
        if (theirs.sums) expectClose(ours.sums!, theirs.sums, 1e-5)
        expectClose([ours.toDecay], [theirs.toDecay], 1e-4)
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('refuse arrays of other lengths', () => {
    const extent: NeuronExtent = { steps: 2, width: 4, row: 4, constantInput: false }
    const lif: Neuron = {
      model: 'lif',
      tau: 2,
      threshold: 1,
      resetTo: 0,
      reset: 'zero',
      detach: true,
      surrogate: { kind: 'atan', alpha: 2 },
    }
    const run = (x: number, bits: number) => () =>
      native!.neuronForward(lif, 0.5, extent, new Float32Array(x), null, new Uint32Array(bits))
    expect(run(7, 2)).toThrow()
    expect(run(8, 3)).toThrow()
    expect(run(8, 2)).not.toThrow()
  })
})
