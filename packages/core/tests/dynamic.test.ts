import { tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { rigl } from '../src/strategy/rigl.ts'
import { pickLowest } from '../src/strategy/selection.ts'
import { set } from '../src/strategy/set.ts'
import type { NodeContext, Progressive } from '../src/strategy/strategy.ts'
import type { Trainee } from '../src/trainee.ts'
import { disposeTrainee, maskOf, moveWeights, nodeOf, normals, traineeOf, weightsOf, zeros } from './trainee.ts'

fc.configureGlobal({ seed: 1 })

beforeAll(async () => {
  await openBackend('cpu')
})

const SIZES = { a: 400, b: 200 }
const TARGET = 450

function begin(strategy: Progressive, steps = 100): { trainee: Trainee; context: NodeContext } {
  const trainee = traineeOf({ a: normals(SIZES.a), b: normals(SIZES.b, 2) })
  const context = nodeOf(trainee, { target: TARGET, steps })
  strategy.begin(trainee, context)
  return { trainee, context }
}

/** Connections by layer. */
const countsOf = (trainee: Trainee) =>
  [...trainee.masking!.masks.values()].map((mask) => [...mask.dataSync()].reduce((sum, kept) => sum + kept, 0))

/** Gives every weight moments other than 0, where there is a connection. */
function fillMoments(trainee: Trainee): void {
  for (const moments of Object.values(trainee.optimizer.moments)) {
    for (const [name, held] of moments) {
      held.dispose()
      moments.set(name, trainee.masking!.masks.get(name)!.clone())
    }
  }
}

const momentsOf = ({ optimizer }: Trainee) =>
  Object.values(optimizer.moments).map((moments) => [...moments.values()].flatMap((held) => [...held.dataSync()]))

/** New sizes for the live weights, as if they had learned. */
function learn(trainee: Trainee, seed: number): void {
  const goals = normals(SIZES.a + SIZES.b, seed)
  let from = 0
  moveWeights(trainee, (weights, mask) => {
    const moves = weights.map((w, at) => mask[at]! * (goals[from + at]! - w))
    from += weights.length
    return moves
  })
}

describe.each([
  ['set', () => set({ interval: 5, drop: 0.3 })],
  ['rigl', () => rigl({ interval: 5, drop: 0.3 })],
] as const)('%s', (_, make) => {
  it('is sparse from the start: K connections, all others exactly 0, whatever the weights', () => {
    const { trainee } = begin(make())
    expect(zeros(maskOf(trainee))).toBe(TARGET)
    expect(weightsOf(trainee).every((w, at) => (maskOf(trainee)[at] === 1) === (w !== 0))).toBe(true)
    expect(trainee.masking!.frozen).toBe(true)
    const other = traineeOf({ a: normals(SIZES.a, 9), b: normals(SIZES.b, 8) })
    make().begin(other, nodeOf(other, { target: TARGET }))
    expect(maskOf(other)).toEqual(maskOf(trainee))
    for (const one of [trainee, other]) disposeTrainee(one)
  })

  it('gives layers as many connections as its allocation says, and the same at any time', () => {
    const strategy = make()
    const { trainee, context } = begin(strategy)
    const counts = countsOf(trainee)
    for (let step = 1; step <= 60; step++) {
      learn(trainee, step)
      for (const name of context.names) {
        strategy.adjustGradient?.(trainee, context, {}, step, name, trainee.parameters.get(name)!)
      }
      strategy.afterStep(trainee, context, {}, step, 0.1)
      expect(countsOf(trainee)).toEqual(counts)
    }
    disposeTrainee(trainee)
  })

  it('rests at the last step of the span, and has met the target by itself', () => {
    const strategy = make()
    const { trainee, context } = begin(strategy, 20)
    const mask = maskOf(trainee)
    strategy.afterStep(trainee, context, {}, 20, 0.1)
    expect(maskOf(trainee)).toEqual(mask)
    expect(strategy.finish(trainee, context, {})).toEqual({ arrived: 0 })
    disposeTrainee(trainee)
  })
})

describe('set', () => {
  it('drops what is nearest zero within its sign; what grows was empty, is 0 and has no moments', () => {
    const strategy = set({ interval: 1, drop: 0.3 })
    const { trainee, context } = begin(strategy)
    learn(trainee, 7)
    fillMoments(trainee)
    const [weights, before] = [weightsOf(trainee), maskOf(trainee)]
    strategy.afterStep(trainee, context, {}, 1, 0.1)
    const after = maskOf(trainee)
    for (const [from, to] of [
      [0, SIZES.a],
      [SIZES.a, SIZES.a + SIZES.b],
    ] as const) {
      const live = [...Array(to).keys()].slice(from).filter((at) => before[at] === 1)
      for (const sign of [1, -1]) {
        const side = live.filter((at) => (weights[at]! >= 0 ? 1 : -1) === sign)
        const dropped = side.filter((at) => after[at] === 0)
        const kept = side.filter((at) => after[at] === 1)
        expect(dropped.length).toBe(Math.floor(0.3 * side.length))
        const size = (at: number) => Math.abs(weights[at]!)
        expect(Math.max(...dropped.map(size))).toBeLessThanOrEqual(Math.min(...kept.map(size)))
      }
    }
    const grown = [...after.keys()].filter((at) => after[at] === 1 && before[at] === 0)
    expect(grown.length).toBe([...before.keys()].filter((at) => before[at] === 1 && after[at] === 0).length)
    for (const at of grown)
      expect([weightsOf(trainee)[at]! + 0, ...momentsOf(trainee).map((m) => m[at])]).toEqual([0, 0, 0])
    const gone = [...after.keys()].filter((at) => after[at] === 0)
    for (const at of gone) expect(weightsOf(trainee)[at]! + 0).toBe(0)
    disposeTrainee(trainee)
  })

  it('grows at places that depend on the seed, the step and nothing else', () => {
    const masks = [
      [0, 5],
      [0, 5],
      [1, 5],
      [0, 10],
    ].map(([seed, step]) => {
      const strategy = set({ interval: 5, drop: 0.3 })
      const { trainee, context } = begin(strategy)
      strategy.afterStep(trainee, { ...context, seed: seed! }, {}, step!, 0.1)
      const mask = maskOf(trainee)
      disposeTrainee(trainee)
      return mask
    })
    expect(masks[1]).toEqual(masks[0])
    expect(masks[2]).not.toEqual(masks[0])
    expect(masks[3]).not.toEqual(masks[0])
  })

  it('keeps a live weight of 0, which counts as positive, and drops no more than there is room for', () => {
    const strategy = set({ interval: 1, drop: 0.5 })
    const trainee = traineeOf({ w: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] })
    const context = nodeOf(trainee, { target: 2 })
    strategy.begin(trainee, context)
    strategy.afterStep(trainee, context, {}, 1, 0.1)
    expect(zeros(maskOf(trainee))).toBe(2)
    disposeTrainee(trainee)
  })
})

describe('rigl', () => {
  /** One update at `step` with given gradients; what was there before and after. */
  function update(drop: number, step: number, steps: number, seed = 5) {
    const strategy = rigl({ interval: step, drop })
    const { trainee, context } = begin(strategy, steps)
    learn(trainee, seed)
    fillMoments(trainee)
    const [weights, before] = [weightsOf(trainee), maskOf(trainee)]
    const slopes = [...normals(SIZES.a, seed + 1), ...normals(SIZES.b, seed + 2)]
    let from = 0
    for (const [name, { size }] of trainee.parameters) {
      const gradient = tensor(Float32Array.from(slopes.slice(from, from + size)))
      from += size
      expect(strategy.adjustGradient!(trainee, context, {}, step, name, gradient)).toBeNull()
      gradient.dispose()
    }
    expect(trainee.auxiliary.size).toBe(2)
    strategy.afterStep(trainee, context, {}, step, 0.1)
    expect(trainee.auxiliary.size).toBe(0)
    return { trainee, weights, before, slopes, after: maskOf(trainee) }
  }

  it('keeps the largest weights and grows where the gradient is largest, the dropped ones among the candidates', () => {
    const { trainee, weights, before, slopes, after } = update(0.8, 20, 100)
    const share = 0.4 * (1 + Math.cos(Math.PI / 5))
    for (const [from, to] of [
      [0, SIZES.a],
      [SIZES.a, SIZES.a + SIZES.b],
    ] as const) {
      const places = [...Array(to).keys()].slice(from)
      const active = places.filter((at) => before[at] === 1)
      const count = Math.floor(share * active.length)
      const bySize = active.toSorted((i, j) => Math.abs(weights[j]!) - Math.abs(weights[i]!))
      const staying = new Set(bySize.slice(0, active.length - count))
      for (const at of staying) expect(after[at]).toBe(1)
      const others = places.filter((at) => !staying.has(at))
      const grown = others.filter((at) => after[at] === 1)
      expect(grown.length).toBe(count)
      const slope = (at: number) => Math.abs(slopes[at]!)
      const left = others.filter((at) => after[at] === 0)
      expect(Math.min(...grown.map(slope))).toBeGreaterThanOrEqual(Math.max(...left.map(slope)))
      const [first] = momentsOf(trainee)
      for (const at of grown) {
        // Chosen again: weight and moments stay; new: both are 0.
        expect(weightsOf(trainee)[at]! + 0).toBe(before[at] === 1 ? weights[at] : 0)
        expect(first![at]).toBe(before[at])
      }
    }
    disposeTrainee(trainee)
  })

  it('moves fewer the later it is, none in the end', () => {
    const moved = [1, 50, 99].map((step) => {
      const { trainee, before, after } = update(0.3, step, 100)
      disposeTrainee(trainee)
      return before.filter((kept, at) => kept === 1 && after[at] === 0).length
    })
    expect(moved[0]).toBeGreaterThan(moved[1]!)
    expect(moved[2]).toBe(0)
  })

  it('takes gradients only at its updates, before which alone the mask is not fixed', () => {
    const strategy = rigl({ interval: 3, drop: 0.3 })
    const { trainee, context } = begin(strategy, 8)
    const gradientOf = (name: string) => trainee.parameters.get(name)!
    const told: [unknown, boolean][] = []
    for (let step = 1; step <= 8; step++) {
      const taken = context.names.map((name) => {
        return strategy.adjustGradient!(trainee, context, {}, step, name, gradientOf(name))
      })
      const bias = strategy.adjustGradient!(trainee, context, {}, step, 'a.bias', gradientOf('a'))
      expect(bias).toBe(taken[0])
      told.push([taken[0] === null, trainee.masking!.frozen])
      strategy.afterStep(trainee, context, {}, step, 0.1)
    }
    const update = [true, false]
    const rest = [false, true]
    expect(told).toEqual([rest, rest, update, rest, rest, update, rest, rest])
    disposeTrainee(trainee)
  })
})

describe('pickLowest', () => {
  it('is a sort by score, then index', () => {
    const scores = fc.array(fc.constantFrom(-1, -0, 0, 0.5, 0.5, 2), { maxLength: 40 })
    fc.assert(
      fc.property(scores, fc.nat(), fc.nat(), (drawn, some, few) => {
        const candidates = Int32Array.from(drawn.keys()).filter((at) => (at * 7 + some) % 3 > 0)
        const count = candidates.length === 0 ? 0 : few % (candidates.length + 1)
        const sorted = [...candidates].sort((i, j) => drawn[i]! - drawn[j]! || i - j)
        expect([...pickLowest(drawn, candidates, count)]).toEqual(sorted.slice(0, count).toSorted((i, j) => i - j))
      }),
    )
  })
})
