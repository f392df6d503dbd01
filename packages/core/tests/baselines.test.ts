import { apportion } from '@snnx/ir'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { disposeTensors } from '../src/parameters.ts'
import { gradual } from '../src/strategy/gradual.ts'
import { layerMagnitude, magnitude } from '../src/strategy/one-shot.ts'
import { random } from '../src/strategy/random.ts'
import type { OneShot } from '../src/strategy/strategy.ts'
import { disposeTrainee, layers, maskOf, moveWeights, nodeOf, normals, traineeOf, zeros } from './trainee.ts'

fc.configureGlobal({ seed: 1 })

beforeAll(async () => {
  await openBackend('cpu')
})

describe('gradual magnitude', () => {
  it('starts at s_i, has s_f - (s_f - s_i) / 8 in the middle, ends at s_f, and its masks are nested', () => {
    const trainee = traineeOf({ a: normals(700), b: normals(300, 2) })
    const context = nodeOf(trainee, { start: 100, target: 900, steps: 40 })
    const strategy = gradual({ interval: 5 })
    const state = strategy.begin(trainee, context)
    const counts = [zeros(maskOf(trainee))]
    let before = maskOf(trainee)
    for (let time = 1; time <= 40; time++) {
      // Live weights take any size, also smaller than those that were pruned when theirs was the smallest.
      const sizes = normals(1000, 100 + time)
      moveWeights(trainee, (weights, mask) => weights.map((w, at) => mask[at]! * (sizes[at]! / time - w)))
      strategy.afterStep(trainee, context, state, time, 0.1)
      const mask = maskOf(trainee)
      expect(mask.every((kept, at) => kept <= before[at]!)).toBe(true)
      before = mask
      counts.push(zeros(mask))
    }
    strategy.finish(trainee, context, state)
    expect(counts[0]).toBe(100)
    expect(counts[20]).toBe(900 - 800 / 8)
    expect(counts[40]).toBe(900)
    expect(zeros(maskOf(trainee))).toBe(900)
    expect(counts.flatMap((count, at) => (at > 0 && count !== counts[at - 1] ? [at] : []))).toEqual([
      5, 10, 15, 20, 25, 30, 35, 40,
    ])
    disposeTrainee(trainee)
  })

  it('reaches its target when the interval does not divide the span', () => {
    const trainee = traineeOf({ w: normals(100) })
    const context = nodeOf(trainee, { target: 77, steps: 13 })
    const strategy = gradual({ interval: 5 })
    const state = strategy.begin(trainee, context)
    for (let time = 1; time <= 13; time++) strategy.afterStep(trainee, context, state, time, 0.1)
    strategy.finish(trainee, context, state)
    expect(zeros(maskOf(trainee))).toBe(77)
    disposeTrainee(trainee)
  })
})

/** The masks that a one-shot strategy cuts. */
function cut(strategy: OneShot, layers: Record<string, ArrayLike<number>>, target: number, seed = 0, node = 0) {
  const trainee = traineeOf(layers)
  const cutMasks = strategy.cut(trainee, { ...nodeOf(trainee, { target }), seed, node })
  const masks = new Map([...cutMasks].map(([name, mask]) => [name, [...mask.dataSync()]]))
  disposeTensors(cutMasks)
  disposeTrainee(trainee)
  return masks
}

const divide = (weights: ArrayLike<number>, mask: readonly number[]) => {
  const sizes = Array.from(weights, Math.abs)
  return { kept: sizes.filter((_, at) => mask[at] === 1), dropped: sizes.filter((_, at) => mask[at] === 0) }
}

describe('one-shot magnitude', () => {
  it('global: no weight that was dropped is larger than one that was kept, over all layers', () => {
    fc.assert(
      fc.property(layers, fc.double({ min: 0, max: 1, noNaN: true }), (drawn, share) => {
        const all = [...drawn.a, ...drawn.b]
        const target = Math.round(share * all.length)
        const { kept, dropped } = divide(all, [...cut(magnitude(), drawn, target).values()].flat())
        expect(dropped.length).toBe(target)
        expect(Math.min(Infinity, ...kept)).toBeGreaterThanOrEqual(Math.max(0, ...dropped))
      }),
      { numRuns: 60 },
    )
  })

  it('layer-wise: the same within each layer, each losing its share', () => {
    fc.assert(
      fc.property(layers, fc.double({ min: 0, max: 1, noNaN: true }), (drawn, share) => {
        const sizes = [drawn.a.length, drawn.b.length]
        const target = Math.round(share * (sizes[0]! + sizes[1]!))
        const masks = cut(layerMagnitude(), drawn, target)
        const total = sizes.reduce((sum, size) => sum + size, 0)
        const parts = apportion(
          target,
          sizes.map((size) => (target * size) / total),
        )
        for (const [at, name] of (['a', 'b'] as const).entries()) {
          const { kept, dropped } = divide(drawn[name], masks.get(name)!)
          expect(dropped.length).toBe(parts[at])
          expect(Math.min(Infinity, ...kept)).toBeGreaterThanOrEqual(Math.max(0, ...dropped))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('global may empty a layer of small weights, layer-wise does not', () => {
    const layers = { small: normals(100).map((value) => value / 1000), large: normals(100, 2) }
    expect(zeros(cut(magnitude(), layers, 100).get('small')!)).toBeGreaterThan(95)
    expect(zeros(cut(layerMagnitude(), layers, 100).get('small')!)).toBe(50)
  })
})

describe('random', () => {
  it('is the same for any weights of the same shapes, and another for another seed or node', () => {
    const some = { a: normals(300), b: normals(200, 2) }
    const others = { a: normals(300, 3).map((value) => 100 * value), b: new Float32Array(200) }
    expect(cut(random(), others, 350)).toEqual(cut(random(), some, 350))
    expect(cut(random(), some, 350, 1)).not.toEqual(cut(random(), some, 350))
    expect(cut(random(), some, 350, 0, 1)).not.toEqual(cut(random(), some, 350))
  })

  it('drops every weight equally often', () => {
    const sizes = { a: new Float32Array(24), b: new Float32Array(16) }
    const dropped = new Float64Array(40)
    const draws = 600
    for (let seed = 0; seed < draws; seed++) {
      const mask = [...cut(random(), sizes, 10, seed).values()].flat()
      expect(zeros(mask)).toBe(10)
      for (const [at, kept] of mask.entries()) dropped[at]! += 1 - kept
    }
    // Draws without replacement: 39 degrees of freedom, each term's variance smaller by 1 - 10 / 40.
    const chi = dropped.reduce((sum, count) => sum + (count - draws / 4) ** 2 / ((draws / 4) * (3 / 4)), 0)
    expect(chi).toBeLessThan(39 + 4 * Math.sqrt(78))
  })
})
