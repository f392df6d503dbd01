import { tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import type { NodeContext, Progressive, StrategyState } from '../src/strategy/strategy.ts'
import { sharpnessAt, slopeOfGate, upr } from '../src/strategy/upr.ts'
import type { Trainee } from '../src/trainee.ts'
import { disposeTrainee, maskOf, nodeOf, normals, traineeOf, weightsOf, zeros } from './trainee.ts'

beforeAll(async () => {
  await openBackend('cpu')
})

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const stored = ({ auxiliary }: Trainee, role: string) =>
  [...auxiliary].flatMap(([name, held]) => (name.startsWith(`${role}/`) ? [...held.dataSync()] : []))

/** One step in which the weights' gradients are these and the optimiser leaves the weights where they are. */
function step(
  strategy: Progressive,
  trainee: Trainee,
  context: NodeContext,
  state: StrategyState,
  time: number,
  slopes: Record<string, number[]>,
  lr = 0.1,
) {
  for (const [name, values] of Object.entries(slopes)) {
    const gradient = tensor(Float32Array.from(values))
    strategy.adjustGradient!(trainee, context, state, time, name, gradient)!.dispose()
    gradient.dispose()
  }
  return strategy.afterStep(trainee, context, state, time, lr)
}

describe('upr', () => {
  it('dL/da = tau sig (1 - sig) (p dL/dw + lambda C), by the difference quotient', () => {
    // L(w) = w^2 / 2 - 0.3 w.
    const loss = (p: number, a: number, tau: number, cost: number) => {
      const w = p * sigmoid(tau * a)
      return w ** 2 / 2 - 0.3 * w + cost * sigmoid(tau * a)
    }
    for (const [p, a, tau, cost] of [
      [0.7, 0.1, 5, 0.02],
      [-0.4, -0.05, 20, 0],
      [1.5, 0.01, 100, 0.4],
    ] as const) {
      const h = 1e-5 / tau
      const expected = (loss(p, a + h, tau, cost) - loss(p, a - h, tau, cost)) / (2 * h)
      expect(slopeOfGate(p, a, p * sigmoid(tau * a) - 0.3, tau, cost)).toBeCloseTo(expected, 6)
    }
  })

  it('starts as the network is, and tau runs from 5 to 1000, where soft gates are hard', () => {
    const trainee = traineeOf({ w: [1, -2, 0.5] })
    const strategy = upr({ price: 1 })
    expect(strategy.begin(trainee, nodeOf(trainee, { target: 2 })).tau).toBe(5)
    expect(weightsOf(trainee)).toEqual([1, -2, 0.5])
    expect(stored(trainee, 'p')).toEqual([2, -4, 1])
    expect(maskOf(trainee)).toEqual([1, 1, 1])
    expect(sharpnessAt(1)).toBeCloseTo(1000, 9)
    for (const a of [-0.02, -0.01, 0.01, 0.02]) expect(sigmoid(sharpnessAt(1) * a)).toBeCloseTo(a > 0 ? 1 : 0, 4)
    disposeTrainee(trainee)
  })

  it('the optimiser gets dL/dp = dL/dw sig, and p takes over what it does', () => {
    const trainee = traineeOf({ w: [1, -2] })
    const context = nodeOf(trainee, { target: 1, steps: 100 })
    const strategy = upr({ price: 0 })
    const state = strategy.begin(trainee, context)
    const gradient = tensor([4, -6])
    const used = strategy.adjustGradient!(trainee, context, state, 1, 'w', gradient)!
    expect([...used.dataSync()]).toEqual([2, -3])
    const bias = strategy.adjustGradient!(trainee, context, state, 1, 'w.bias', gradient)
    expect(bias).toBe(gradient)
    const moved = tensor([1.5, -1.75])
    trainee.parameters.get('w')!.dispose()
    trainee.parameters.set('w', moved)
    strategy.afterStep(trainee, context, state, 1, 0.1)
    expect(stored(trainee, 'p')).toEqual([2.5, -3.75])
    for (const held of [gradient, used]) held.dispose()
    disposeTrainee(trainee)
  })

  it("a gate opens where its weight lowers the loss by more than it costs: Adam's first step is the rate", () => {
    const trainee = traineeOf({ w: [0.5, 0.5, 0.5, 0.5] })
    const context = nodeOf(trainee, { target: 2, steps: 100 })
    const strategy = upr({ price: 1 })
    const state = strategy.begin(trainee, context)
    // p = 1: p dL/dw is -3, -1, 1 and 3, and lambda their mean size, 2: sums of -1, 1, 3 and 5.
    const { s } = step(strategy, trainee, context, state, 1, { w: [-3, -1, 1, 3] })
    for (const [at, a] of stored(trainee, 'a').entries()) expect(a).toBeCloseTo(at === 0 ? 0.1 : -0.1, 6)
    expect(s).toBe(3)
    const tau = sharpnessAt(1 / 100)
    expect(state.tau).toBeCloseTo(tau, 12)
    for (const [at, w] of weightsOf(trainee).entries()) {
      expect(w).toBeCloseTo(sigmoid(tau * (at === 0 ? 0.1 : -0.1)), 5)
    }
    disposeTrainee(trainee)
  })

  it('a weight that is used four times as often pays four times as much', () => {
    const trainee = traineeOf({ near: [1, 1], far: [1, 1] })
    const context = { ...nodeOf(trainee, { target: 2 }), positions: [32 * 32, 16 * 16] }
    const strategy = upr({ price: 1 })
    const state = strategy.begin(trainee, context)
    // sum |p g| = 8 + 8, sum C = 2560: lambda C = 6.4 and 1.6, against p g = -4.
    step(strategy, trainee, context, state, 1, { near: [-2, -2], far: [-2, -2] })
    expect(stored(trainee, 'a').map(Math.sign)).toEqual([-1, -1, 1, 1])
    const slopes = stored(trainee, 'm').map((m) => m / 0.1)
    for (const [at, expected] of [6.4 - 4, 6.4 - 4, 1.6 - 4, 1.6 - 4].entries()) {
      expect(slopes[at]).toBeCloseTo(5 * 0.25 * expected, 4)
    }
    disposeTrainee(trainee)
  })

  it('keeps the K widest gates in the end', () => {
    const trainee = traineeOf({ a: normals(60), b: normals(40, 2) })
    const context = nodeOf(trainee, { target: 85, steps: 20 })
    const strategy = upr({ price: 1 })
    const state = strategy.begin(trainee, context)
    for (let time = 1; time <= 20; time++) {
      step(strategy, trainee, context, state, time, { a: [...normals(60, time)], b: [...normals(40, time + 50)] })
    }
    const gates = stored(trainee, 'a')
    expect(strategy.finish(trainee, context, state)).toEqual({ arrived: null })
    const mask = maskOf(trainee)
    expect(zeros(mask)).toBe(85)
    const kept = gates.filter((_, at) => mask[at] === 1)
    expect(Math.min(...kept)).toBeGreaterThanOrEqual(Math.max(...gates.filter((_, at) => mask[at] === 0)))
    disposeTrainee(trainee)
  })
})
