import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { gradR, locate } from '../src/strategy/grad-r.ts'
import { riseOf, stds } from '../src/strategy/stds.ts'
import type { Trainee } from '../src/trainee.ts'
import { disposeTrainee, maskOf, moveWeights, nodeOf, normals, traineeOf, weightsOf, zeros } from './trainee.ts'

/** Methods whose stored numbers are not the weights that the network computes with. */

beforeAll(async () => {
  await openBackend('cpu')
})

const stored = ({ auxiliary }: Trainee, role: string) =>
  [...auxiliary].flatMap(([name, held]) => (name.startsWith(`${role}/`) ? [...held.dataSync()] : []))

const near = (some: readonly number[], others: readonly number[], digits = 5) => {
  for (const [at, value] of some.entries()) expect(value).toBeCloseTo(others[at]!, digits)
}

describe('stds', () => {
  it('without a threshold is the identity', () => {
    const trainee = traineeOf({ a: normals(30), b: normals(20, 2) })
    const before = weightsOf(trainee)
    const strategy = stds()
    const state = strategy.begin(trainee, nodeOf(trainee, { target: 40 }))
    expect(state.threshold).toBe(0)
    expect(weightsOf(trainee)).toEqual(before)
    expect(stored(trainee, 'theta')).toEqual(before)
    disposeTrainee(trainee)
  })

  it('w = sign(theta) (|theta| - D), 0 within D, where theta moves as if there were no dead zone', () => {
    const trainee = traineeOf({ w: [4, -3, 1, -0.5, 0.25, -2] })
    // Half of the span done, half of the way: three of six within D = 1.
    const context = nodeOf(trainee, { target: 6, steps: 2 })
    const strategy = stds()
    const state = strategy.begin(trainee, context)
    strategy.afterStep(trainee, context, state, 1, 0.1)
    expect(state.threshold).toBe(1)
    expect(weightsOf(trainee)).toEqual([3, -2, 0, 0, 0, -1])
    expect(maskOf(trainee)).toEqual([1, 1, 0, 0, 0, 1])
    const moves = [0.5, 0.25, -2.5, 0.125, 0, 4]
    moveWeights(trainee, () => moves)
    strategy.afterStep(trainee, context, state, 1, 0.1)
    expect(stored(trainee, 'theta')).toEqual([4.5, -2.75, -1.5, -0.375, 0.25, 2])
    // Two signs have changed, which Grad R would not allow; D is now 1.5.
    expect(weightsOf(trainee)).toEqual([3, -1.25, 0, 0, 0, 0.5])
    disposeTrainee(trainee)
  })

  it('has exactly ceil(s_0 + way f(t / S)) weights in the dead zone, and D rises with f while nothing learns', () => {
    const trainee = traineeOf({ a: normals(300), b: normals(200, 2) })
    const context = nodeOf(trainee, { start: 50, target: 450, steps: 40 })
    const strategy = stds()
    const state = strategy.begin(trainee, context)
    expect(zeros(maskOf(trainee))).toBe(50)
    let before = state.threshold!
    for (let step = 1; step <= 40; step++) {
      const theta = stored(trainee, 'theta')
      const { s } = strategy.afterStep(trainee, context, state, step, 0.1)
      expect(s).toBeCloseTo(50 + 400 * ((1 + Math.sin(Math.PI * (step / 40 - 0.5))) / 2), 9)
      expect(zeros(maskOf(trainee))).toBe(Math.ceil(s!))
      expect(state.threshold!).toBeGreaterThanOrEqual(before)
      near(stored(trainee, 'theta'), theta)
      before = state.threshold!
    }
    strategy.finish(trainee, context, state)
    expect(zeros(maskOf(trainee))).toBe(450)
    expect(weightsOf(trainee).every((w, at) => maskOf(trainee)[at] === 1 || w === 0)).toBe(true)
    disposeTrainee(trainee)
  })

  it('f rises from 0 over 1/2 to 1, and no further', () => {
    expect([0, 0.5, 1, 1.5].map(riseOf)).toEqual([0, 0.5, 1, 1])
  })
})

describe('grad_r', () => {
  const free = () => gradR({ pull: 0 })

  it('a live weight moves as the optimiser moves it, and its sign never changes', () => {
    const trainee = traineeOf({ w: [4, -3, 1, -0.5] })
    const context = nodeOf(trainee, { target: 2 })
    const strategy = free()
    const state = strategy.begin(trainee, context)
    expect(stored(trainee, 'sigma')).toEqual([1, -1, 1, -1])
    moveWeights(trainee, () => [0.5, 1, -3, 0.75])
    strategy.afterStep(trainee, context, state, 1, 0.1)
    expect(weightsOf(trainee).map((w) => w + 0)).toEqual([4.5, -2, 0, 0])
    expect(stored(trainee, 'theta')).toEqual([4.5, 2, -2, -0.25])
    expect(maskOf(trainee)).toEqual([1, 1, 0, 0])
    expect(stored(trainee, 'sigma')).toEqual([1, -1, 1, -1])
    disposeTrainee(trainee)
  })

  it('without a prior a dormant strength moves by exactly -sigma eta A(g), and wakes when it is above 0', () => {
    const trainee = traineeOf({ w: [-1, 1] })
    const context = nodeOf(trainee, { target: 1 })
    const strategy = free()
    const state = strategy.begin(trainee, context)
    const moveBy = (moves: number[]) => {
      moveWeights(trainee, () => moves)
      strategy.afterStep(trainee, context, state, 1, 0.1)
    }
    moveBy([3, -2]) // both cross 0 and fall asleep
    expect(weightsOf(trainee).every((w) => w === 0)).toBe(true)
    expect(stored(trainee, 'theta')).toEqual([-2, -1])
    moveBy([-0.5, 0.25])
    expect(stored(trainee, 'theta')).toEqual([-1.5, -0.75])
    moveBy([-2, 0.5])
    expect(stored(trainee, 'theta')).toEqual([0.5, -0.25])
    expect(weightsOf(trainee).map((w) => w + 0)).toEqual([-0.5, 0])
    expect(maskOf(trainee)).toEqual([1, 0])
    disposeTrainee(trainee)
  })

  it('a weight that is not 0 has a strength above 0, and only such', () => {
    const trainee = traineeOf({ a: normals(100), b: normals(50, 2) })
    const context = nodeOf(trainee, { target: 75, travel: 3 })
    const strategy = gradR({ pull: 1 })
    const state = strategy.begin(trainee, context)
    for (let step = 1; step <= 30; step++) {
      const moves = normals(100, step)
      moveWeights(trainee, (weights) => weights.map((_, at) => 0.1 * moves[at]!))
      strategy.afterStep(trainee, context, state, step, 0.1)
      const [weights, theta] = [weightsOf(trainee), stored(trainee, 'theta')]
      expect(weights.map((w) => w !== 0)).toEqual(theta.map((strength) => strength > 0))
      expect(maskOf(trainee).map(Boolean)).toEqual(weights.map((w) => w !== 0))
    }
    disposeTrainee(trainee)
  })

  // With nothing to learn the prior alone decides: alpha times the sum of the rates is the target's |w|.
  it.each([0.5, 1])('pull %f: without a gradient so many weights fall asleep', (pull) => {
    const trainee = traineeOf({ w: normals(1000) })
    const sizes = weightsOf(trainee)
      .map(Math.abs)
      .toSorted((a, b) => a - b)
    const rates = Array.from({ length: 50 }, (_, at) => 0.01 * (1 + Math.cos((Math.PI * at) / 50)))
    const travel = rates.reduce((sum, rate) => sum + rate, 0)
    const context = nodeOf(trainee, { target: 900, steps: 50, travel })
    const strategy = gradR({ pull })
    const state = strategy.begin(trainee, context)
    for (const [at, rate] of rates.entries()) strategy.afterStep(trainee, context, state, at + 1, rate)
    const asleep = sizes.filter((size) => size <= pull * sizes[900]!).length
    expect(Math.abs(zeros(maskOf(trainee)) - asleep)).toBeLessThanOrEqual(2)
    disposeTrainee(trainee)
  })

  it('the prior turns at mu, below which it pulls up', () => {
    const trainee = traineeOf({ w: [1, 2, 3, 4] })
    const context = nodeOf(trainee, { target: 3, travel: 4 })
    const strategy = gradR({ pull: 1 })
    const state = strategy.begin(trainee, context)
    expect(state.alpha).toBeCloseTo(4 / 4, 6)
    expect(state.mu).toBeCloseTo(Math.log(2 * 0.25), 6)
    // Live weights that fall from 1 to -2, -0.5 and 0 with the step, then are pulled back to mu = -0.69 or on to it.
    moveWeights(trainee, () => [-3, -2.5, -3, 0])
    strategy.afterStep(trainee, context, state, 1, 0)
    near(stored(trainee, 'theta'), [-2, -0.5, 0, 4])
    strategy.afterStep(trainee, context, state, 2, 0.125)
    near(stored(trainee, 'theta'), [-1.875, -0.625, -0.125, 3.875])
    disposeTrainee(trainee)
  })

  it('mu is where the Laplace distribution has the share s below 0', () => {
    for (const s of [0.01, 0.3, 0.5, 0.95]) {
      const location = locate(s) // of scale 1
      const below = location > 0 ? Math.exp(-location) / 2 : 1 - Math.exp(location) / 2
      expect(below).toBeCloseTo(s, 12)
    }
  })

  it('a weight of 0 has a random sign, not none, and keeps the K strongest in the end, dormant ones last', () => {
    const trainee = traineeOf({ w: new Float32Array(400), v: [5, 4, -3] })
    const context = nodeOf(trainee, { target: 399 })
    const strategy = free()
    const state = strategy.begin(trainee, context)
    const sigma = stored(trainee, 'sigma').slice(0, 400)
    expect(sigma.every((sign) => Math.abs(sign) === 1)).toBe(true)
    expect(Math.abs(sigma.reduce((sum, sign) => sum + sign, 0))).toBeLessThan(100)
    moveWeights(trainee, (weights) => weights.map((w, at) => (weights.length === 3 ? 0 : at === 7 ? w - sigma[7]! : w)))
    strategy.afterStep(trainee, context, state, 1, 0.1)
    expect(strategy.finish(trainee, context, state)).toEqual({ arrived: null })
    // Three live weights, and of the dormant ones at theta = 0 the last: number 7 is at -1.
    const kept = maskOf(trainee).flatMap((one, at) => (one === 1 ? [at] : []))
    expect(kept).toEqual([399, 400, 401, 402])
    disposeTrainee(trainee)
  })
})
