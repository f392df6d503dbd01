import type { CompressOf } from '@snnx/ir'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { minimax } from '../src/strategy/minimax.ts'
import { disposeTrainee, layers, maskOf, moveWeights, nodeOf, normals, traineeOf, weightsOf, zeros } from './trainee.ts'

fc.configureGlobal({ seed: 1 })

beforeAll(async () => {
  await openBackend('cpu')
})

const rates = { s: 1, y: 2, z: 3 }
const options: Pick<CompressOf<'minimax'>, 'mask' | 'rates' | 'scope'> = {
  mask: 'soft',
  rates,
  scope: 'global',
}

describe('minimax', () => {
  it('masks exactly ceil(s) weights at any real s, ties included', () => {
    fc.assert(
      fc.property(layers, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (drawn, share, hard) => {
        const trainee = traineeOf(drawn)
        const total = weightsOf(trainee).length
        const context = nodeOf(trainee, { target: total })
        const strategy = minimax({ ...options, mask: hard ? 'hard' : 'soft' })
        const state = strategy.begin(trainee, context)
        expect(zeros(maskOf(trainee))).toBe(0)
        for (const s of [share * total, Math.floor(share * total), total]) {
          Object.assign(state, { s0: s, arrived: 0 })
          const trace = strategy.afterStep(trainee, context, state, 1, 0.1)
          expect(zeros(maskOf(trainee))).toBe(Math.ceil(trace.s!))
        }
        strategy.finish(trainee, { ...context, goal: { ...context.goal, target: Math.floor(total / 2) } }, state)
        const mask = maskOf(trainee)
        expect(zeros(mask)).toBe(Math.floor(total / 2))
        const squares = weightsOf(trainee).map((value) => value * value)
        const kept = squares.filter((_, index) => mask[index] === 1)
        const dropped = squares.filter((_, index) => mask[index] === 0)
        expect(Math.min(Infinity, ...kept)).toBeGreaterThanOrEqual(Math.max(0, ...dropped))
        disposeTrainee(trainee)
      }),
      { numRuns: 60 },
    )
  })

  it('soft: a masked weight keeps its value, shrunk by 1 + 2 lr y, and returns when it has grown', () => {
    const trainee = traineeOf({ w: [4, 1, 3, 2] })
    const context = nodeOf(trainee, { target: 2 })
    const strategy = minimax(options)
    const state = strategy.begin(trainee, context)
    Object.assign(state, { s0: 2, y0: 0 })
    strategy.afterStep(trainee, context, state, 1, 0.5)
    expect(maskOf(trainee)).toEqual([1, 0, 1, 0])
    expect(weightsOf(trainee)).toEqual([4, 1, 3, 2])
    Object.assign(state, { s0: 2, y0: 3, energy0: 0 })
    strategy.afterStep(trainee, context, state, 2, 0.5)
    expect(weightsOf(trainee)).toEqual([4, 0.25, 3, 0.5])
    moveWeights(trainee, () => [0, 3.5, 0, 0])
    Object.assign(state, { s0: 2, y0: 0, energy0: 0 })
    strategy.afterStep(trainee, context, state, 3, 0.5)
    expect(maskOf(trainee)).toEqual([1, 1, 0, 0])
    disposeTrainee(trainee)
  })

  it('hard: a masked weight is set to 0 and an optimiser step of the same size does not bring it back', () => {
    const trainee = traineeOf({ w: [4, 1, 3, 2] })
    const context = nodeOf(trainee, { target: 2 })
    const strategy = minimax({ ...options, mask: 'hard' })
    const state = strategy.begin(trainee, context)
    for (let time = 1; time <= 20; time++) {
      Object.assign(state, { s0: 2, y0: 0 })
      strategy.afterStep(trainee, context, state, time, 0.5)
      expect(maskOf(trainee)).toEqual([1, 0, 1, 0])
      expect(weightsOf(trainee).map(Math.abs)).toEqual([4, 0, 3, 0])
      moveWeights(trainee, () => [0, 1, 0, 1]) // accumulated over 20 steps this would be far above 3
    }
    disposeTrainee(trainee)
  })

  it('leaves s still when y = z = 0 and nothing is in excess', () => {
    const trainee = traineeOf({ w: normals(50) })
    const context = nodeOf(trainee, { start: 20, target: 20 })
    const strategy = minimax({ ...options, rates: { ...rates, y: 0 } })
    const state = strategy.begin(trainee, context)
    for (let time = 1; time <= 10; time++) {
      expect(strategy.afterStep(trainee, context, state, time, 0.1)).toMatchObject({ s: 20, y: 0, z: 0 })
      expect(zeros(maskOf(trainee))).toBe(20)
    }
    disposeTrainee(trainee)
  })

  it('reports s, y, z and the relative energy of the weights that the mask removes', () => {
    const trainee = traineeOf({ w: [1, 2, 3, 4] })
    const context = nodeOf(trainee, { target: 3 })
    const strategy = minimax(options)
    const state = strategy.begin(trainee, context)
    state.s0 = 1.5
    const trace = strategy.afterStep(trainee, context, state, 1, 0.1)
    // e = 1/2 and y = 0, so s moves by 3 x e / 100; z by 3 e' / 100 with the new e; nothing was masked yet, so y stays.
    const s = 1.5 + (3 * 0.5) / 100
    expect(trace.s).toBeCloseTo(s, 6)
    expect(trace.energy).toBeCloseTo(5 / 30, 6)
    expect(trace.y).toBe(0)
    expect(trace.z).toBeCloseTo((3 * ((3 - s) / 3)) / 100, 6)
    expect(state).toMatchObject({ s0: trace.s, y0: trace.y, 'z.connectivity': trace.z, arrived: 0 })
    // The next step has that selection's figures: y ascends by 2 E / 100, and dE/ds = 9 / 30 is the price of the third.
    const next = strategy.afterStep(trainee, context, state, 2, 0.1)
    expect(next.y).toBeCloseTo((2 * (5 / 30)) / 100, 6)
    expect(state.marginal0).toBeCloseTo(9 / 30, 3)
    disposeTrainee(trainee)
  })

  it('a target once met is held: s does not slide back when the price of the next weight rises', () => {
    const trainee = traineeOf({ w: normals(50) })
    const context = nodeOf(trainee, { target: 40, steps: 100 })
    const strategy = minimax(options)
    const state = strategy.begin(trainee, context)
    Object.assign(state, { s0: 39.99, 'z.connectivity': 10 })
    expect(strategy.afterStep(trainee, context, state, 30, 0.1).s).toBe(40)
    Object.assign(state, { y0: 1e3, 'z.connectivity': 0, marginal0: 1 })
    expect(strategy.afterStep(trainee, context, state, 31, 0.1).s).toBe(40)
    expect(strategy.finish(trainee, context, state)).toEqual({ arrived: 30 })
    disposeTrainee(trainee)
  })

  it('says when the span ended before the target was met', () => {
    const trainee = traineeOf({ w: normals(50) })
    const context = nodeOf(trainee, { target: 40, steps: 100 })
    const strategy = minimax(options)
    const state = strategy.begin(trainee, context)
    strategy.afterStep(trainee, context, state, 1, 0.1)
    expect(strategy.finish(trainee, context, state)).toEqual({ arrived: null })
    expect(zeros(maskOf(trainee))).toBe(40)
    disposeTrainee(trainee)
  })

  it('survives a network that is all zeros', () => {
    const trainee = traineeOf({ w: new Float32Array(10) })
    const context = nodeOf(trainee, { target: 5, steps: 20 })
    const strategy = minimax(options)
    const state = strategy.begin(trainee, context)
    for (let time = 1; time <= 20; time++) strategy.afterStep(trainee, context, state, time, 0.1)
    expect(Object.values(state).every(Number.isFinite)).toBe(true)
    disposeTrainee(trainee)
  })

  it('the size of the weights changes nothing', () => {
    const runs = [1, 2 ** -12, 2 ** 9].map((scale) => {
      const trainee = traineeOf({
        a: normals(120).map((value) => value * scale),
        b: normals(80, 2).map((v) => v * scale),
      })
      const context = nodeOf(trainee, { target: 180, steps: 80 })
      const strategy = minimax(options)
      const state = strategy.begin(trainee, context)
      const traces = Array.from({ length: 80 }, (_, at) => strategy.afterStep(trainee, context, state, at + 1, 0.1))
      const run = { traces, mask: maskOf(trainee) }
      disposeTrainee(trainee)
      return run
    })
    expect(runs[1]).toEqual(runs[0])
    expect(runs[2]).toEqual(runs[0])
  })

  /*
   * L(W) = |W - a|^2 / 2 with at most K weights other than 0 has the closed solution "w = a on the K largest |a|": whatever
   * the start, the strategy must end on that support. A cut by the size of the starting weights does not.
   */
  it.each([
    ['soft', options],
    ['hard', { ...options, mask: 'hard' }],
  ] as const)('%s: ends on the best support of a convex problem', (_, of) => {
    for (const seed of [1, 2, 3]) {
      const goal = normals(200, seed)
      const trainee = traineeOf({ w: normals(200, seed + 10) })
      const context = nodeOf(trainee, { target: 180, steps: 400 })
      // A masked weight settles at a / 2y, so y must reach 1 for the places to settle.
      const strategy = minimax({ ...of, rates: { ...rates, y: 20 } })
      const state = strategy.begin(trainee, context)
      for (let time = 1; time <= 400; time++) {
        moveWeights(trainee, (weights, mask) => weights.map((w, at) => 0.05 * (goal[at]! - w * mask[at]!)))
        strategy.afterStep(trainee, context, state, time, 0.05)
      }
      strategy.finish(trainee, context, state)
      const best = [...goal.keys()].sort((i, j) => Math.abs(goal[j]!) - Math.abs(goal[i]!)).slice(0, 20)
      const kept = maskOf(trainee).flatMap((one, at) => (one === 1 ? [at] : []))
      expect(kept).toEqual(best.toSorted((i, j) => i - j))
      disposeTrainee(trainee)
    }
  })
})
