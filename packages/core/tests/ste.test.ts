import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { ste } from '../src/strategy/ste.ts'
import { disposeTrainee, maskOf, moveWeights, nodeOf, normals, traineeOf, weightsOf, zeros } from './trainee.ts'

beforeAll(async () => {
  await openBackend('cpu')
})

describe('ste', () => {
  it('masks ceil(s) weights along the cubic curve, whatever the weights do, and has no duals', () => {
    const trainee = traineeOf({ a: normals(300), b: normals(200, 2) })
    const context = nodeOf(trainee, { start: 40, target: 440, steps: 30 })
    const strategy = ste()
    const state = strategy.begin(trainee, context)
    expect(zeros(maskOf(trainee))).toBe(40)
    for (let step = 1; step <= 30; step++) {
      const moves = normals(300, step)
      moveWeights(trainee, (weights) => weights.map((_, at) => moves[at]!))
      const trace = strategy.afterStep(trainee, context, state, step, 0.1)
      expect(trace).toMatchObject({ y: null, z: null })
      expect(trace.s).toBeCloseTo(40 + 400 * (1 - (1 - step / 30) ** 3), 9)
      expect(zeros(maskOf(trainee))).toBe(Math.ceil(trace.s!))
    }
    expect(strategy.finish(trainee, context, state)).toEqual({ arrived: 30 })
    expect(zeros(maskOf(trainee))).toBe(440)
    disposeTrainee(trainee)
  })

  it('a masked weight keeps its value to the bit, learns on and returns when it is large enough', () => {
    const trainee = traineeOf({ w: [4, 1, 3, 2] })
    const context = nodeOf(trainee, { target: 2, steps: 2 })
    const strategy = ste()
    const state = strategy.begin(trainee, context)
    strategy.afterStep(trainee, context, state, 2, 0.1)
    expect(maskOf(trainee)).toEqual([1, 0, 1, 0])
    expect(weightsOf(trainee)).toEqual([4, 1, 3, 2])
    expect(trainee.masking!.frozen).toBe(false)
    moveWeights(trainee, () => [0, -4.5, 0, 0])
    const { energy } = strategy.afterStep(trainee, context, state, 2, 0.1)
    expect(weightsOf(trainee)).toEqual([4, -3.5, 3, 2])
    expect(maskOf(trainee)).toEqual([1, 1, 0, 0])
    expect(energy).toBeCloseTo((9 + 4) / (16 + 12.25 + 9 + 4), 6)
    disposeTrainee(trainee)
  })
})
