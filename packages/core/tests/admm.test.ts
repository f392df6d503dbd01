import { tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { admm } from '../src/strategy/admm.ts'
import type { NodeContext, Progressive, StrategyState } from '../src/strategy/strategy.ts'
import type { Trainee } from '../src/trainee.ts'
import { disposeTrainee, maskOf, moveWeights, nodeOf, normals, traineeOf, weightsOf, zeros } from './trainee.ts'

beforeAll(async () => {
  await openBackend('cpu')
})

const stored = ({ auxiliary }: Trainee, role: string) =>
  [...auxiliary].flatMap(([name, held]) => (name.startsWith(`${role}/`) ? [...held.dataSync()] : []))

/** The gradient that the optimiser gets in place of this one. */
function adjust(strategy: Progressive, trainee: Trainee, context: NodeContext, state: StrategyState, slopes: number[]) {
  const gradient = tensor(Float32Array.from(slopes))
  const used = strategy.adjustGradient!(trainee, context, state, 1, 'w', gradient)!
  const values = [...used.dataSync()]
  for (const held of [gradient, used]) held.dispose()
  return values
}

describe('admm', () => {
  it('Z is the nearest vector with K weights other than 0: those of w + U, the rest 0', () => {
    const trainee = traineeOf({ a: normals(60), b: normals(40, 2) })
    const context = nodeOf(trainee, { target: 80 })
    const strategy = admm({ rho: 1, interval: 1 })
    const state = strategy.begin(trainee, context)
    for (let step = 1; step <= 5; step++) {
      const moves = normals(60, step + 3)
      moveWeights(trainee, (weights) => weights.map((_, at) => 0.3 * moves[at]!))
      const [w, u] = [weightsOf(trainee), stored(trainee, 'u')]
      strategy.afterStep(trainee, context, state, step, 0.1)
      const [z, next] = [stored(trainee, 'z'), stored(trainee, 'u')]
      const sum = w.map((of, at) => Math.fround(of + u[at]!))
      const kept = [...sum.keys()].toSorted((i, j) => Math.abs(sum[j]!) - Math.abs(sum[i]!)).slice(0, 20)
      expect(z).toEqual(sum.map((of, at) => (kept.includes(at) ? of : 0)))
      for (const [at, of] of next.entries()) expect(of).toBeCloseTo(u[at]! + w[at]! - z[at]!, 5)
    }
    disposeTrainee(trainee)
  })

  it('the gradient that it adds is rho (w - Z + U), and to nothing but prunable weights', () => {
    const trainee = traineeOf({ w: [4, 1, -3, 2] })
    const context = nodeOf(trainee, { target: 2 })
    const strategy = admm({ rho: 0.5, interval: 1 })
    const state = strategy.begin(trainee, context)
    expect(adjust(strategy, trainee, context, state, [1, 1, 1, 1])).toEqual([1, 1.5, 1, 2])
    strategy.afterStep(trainee, context, state, 1, 0.1) // U becomes [0, 1, 0, 2]
    expect(stored(trainee, 'u')).toEqual([0, 1, 0, 2])
    expect(adjust(strategy, trainee, context, state, [1, 1, 1, 1])).toEqual([1, 2, 1, 3])
    const bias = tensor([1])
    expect(strategy.adjustGradient!(trainee, context, state, 1, 'w.bias', bias)).toBe(bias)
    bias.dispose()
    disposeTrainee(trainee)
  })

  it('keeps every weight until the cut, and tells how far Z is', () => {
    const trainee = traineeOf({ w: [4, 1, 3, 2] })
    const context = nodeOf(trainee, { target: 2 })
    const strategy = admm({ rho: 0.5, interval: 1 })
    const state = strategy.begin(trainee, context)
    expect(maskOf(trainee)).toEqual([1, 1, 1, 1])
    expect(strategy.afterStep(trainee, context, state, 1, 0.1).energy).toBeCloseTo(5 / 30, 6)
    expect(strategy.finish(trainee, context, state)).toEqual({ arrived: null })
    expect(maskOf(trainee)).toEqual([1, 0, 1, 0])
    expect(zeros(maskOf(trainee))).toBe(2)
    disposeTrainee(trainee)
  })

  /*
   * L(W) = |W - a|^2 / 2, solved exactly at every projection: w = (a + rho (Z - U)) / (1 + rho). At a rho of at least the
   * curvature, 1, w and Z become one; at a smaller one they need not.
   */
  it.each([
    [1, true],
    [2, true],
    [0.5, false],
  ])('rho %f on a quadratic: w and Z become one, %s', (rho, meet) => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const goal = normals(50, seed)
      const trainee = traineeOf({ w: goal })
      const context = nodeOf(trainee, { target: 40, steps: 3000 })
      const strategy = admm({ rho, interval: 1 })
      const state = strategy.begin(trainee, context)
      let distance = 1
      for (let step = 1; step <= 3000; step++) {
        const [z, u] = [stored(trainee, 'z'), stored(trainee, 'u')]
        moveWeights(trainee, (w) => w.map((of, at) => (goal[at]! + rho * (z[at]! - u[at]!)) / (1 + rho) - of))
        distance = strategy.afterStep(trainee, context, state, step, 1).energy!
      }
      if (meet) expect(distance).toBeLessThan(1e-6)
      else expect(distance).toBeGreaterThan(1e-3)
      disposeTrainee(trainee)
    }
  })
})
