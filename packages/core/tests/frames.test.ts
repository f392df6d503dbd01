import type { Batch, Dataset, Examples } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { jobOf, runInMemory } from './job.ts'
import { synthesise } from './synthesise.ts'

const STEPS = 4

/** The same examples as frames: `place` says what of an example stands in a frame. */
function asFrames(of: Examples, place: (value: number, frame: number) => number): Examples {
  return {
    ...of,
    frames: STEPS,
    *batches(size, order, from): Generator<Batch> {
      for (const { inputs, ...batch } of of.batches(size, order, from)) {
        const frames = Float32Array.from({ length: STEPS * inputs.length }, (_, at) => {
          return place(inputs[at % inputs.length]!, Math.floor(at / inputs.length))
        })
        yield { inputs: frames, ...batch }
      }
    },
  }
}

const still = synthesise({ features: 12, classes: 4, train: 320, validation: 80, test: 400 })
const framed = (place: (value: number, frame: number) => number): Dataset => {
  const [train, validation, test] = [still.train, still.validation, still.test].map((part) => asFrames(part, place))
  return { ...still, train: train!, validation: validation!, test: test! }
}

describe('training on frames', () => {
  const job = jobOf()
  const changing = { ...job, network: { ...job.network, changing: true as const } }

  it('that are all the same is training on the image, and counts the first layer at every step', async () => {
    await openBackend('wasm')
    const image = await runInMemory(job, still)
    const frames = await runInMemory(
      changing,
      framed((value) => value),
    )
    // Sums over steps instead of one product: the same up to rounding, which tips single examples.
    expect(Math.abs(frames.outcome.dense.correct - image.outcome.dense.correct)).toBeLessThanOrEqual(8)
    const [first, before] = [frames, image].map(({ outcome }) => outcome.nodes[0]!.layers[0]!)
    expect([first!.constantInput, before!.constantInput]).toEqual([false, true])
    expect([first!.synops, first!.keptMacs]).toEqual([before!.synops, before!.keptMacs])
  })

  it('learns from whichever of them says something', async () => {
    await openBackend('wasm')
    const { outcome } = await runInMemory(
      changing,
      framed((value, frame) => (frame === 1 ? 3 * value : 0)),
    )
    expect(outcome.dense.correct).toBeGreaterThan(300)
    const [first] = outcome.nodes[0]!.layers
    // One frame of four has inputs.
    expect(first!.synops).toBe(first!.kept * 400)
  })
})
