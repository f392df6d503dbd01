import { createRandom, type Optimizer } from '@snnx/ir'
import { memory, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { descend, initialiseOptimizer, maskMoments } from '../src/optim/optimizer.ts'
import { scheduleFactor } from '../src/optim/schedule.ts'
import { open, TESTED } from './backends.ts'
import { expectNear, tensorOf } from './differences.ts'
import { disposeTrainee, traineeOf, weightsOf } from './trainee.ts'

const adam: Optimizer = { kind: 'adam', lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
const draw = (length: number, ...stream: (string | number)[]) =>
  Array.from({ length }, createRandom(1, ...stream).normal)

/** One weight over all its steps, in double, as Kingma and Ba write it. */
function followAdam(w: number, gradients: number[], rates: number[], beta1: number, beta2: number, epsilon: number) {
  let [m, v] = [0, 0]
  for (const [at, g] of gradients.entries()) {
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    const [unbiased, square] = [m / (1 - beta1 ** (at + 1)), v / (1 - beta2 ** (at + 1))]
    w -= (rates[at]! * unbiased) / (Math.sqrt(square) + epsilon)
  }
  return w
}

function followSgd(w: number, gradients: number[], rates: number[], momentum: number) {
  let m = 0
  for (const [at, g] of gradients.entries()) {
    m = momentum * m + g
    w -= rates[at]! * m
  }
  return w
}

describe.each(TESTED)('descend on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  const steps = 100
  const rates = Array.from({ length: steps }, (_, at) => 0.02 * scheduleFactor('cosine', at, steps, 10))
  // Gradients over ten orders of magnitude, and a weight that never gets one.
  const gradients = Array.from({ length: steps }, (_, step) =>
    draw(8, 'g', step).map((value, at) => Math.fround(at === 7 ? 0 : value * 10 ** -at)),
  )
  const start = draw(8, 'w').map(Math.fround)

  it.each([
    [adam, (w: number, g: number[]) => followAdam(w, g, rates, 0.9, 0.999, 1e-8)],
    [
      { ...adam, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 },
      (w: number, g: number[]) => followAdam(w, g, rates, 0.5, 0.9, 1e-3),
    ],
    [{ kind: 'sgd', lr: 0.1, momentum: 0.9 }, (w: number, g: number[]) => followSgd(w, g, rates, 0.9)],
    [{ kind: 'sgd', lr: 0.1, momentum: 0 }, (w: number, g: number[]) => followSgd(w, g, rates, 0)],
  ] as [Optimizer, (w: number, g: number[]) => number][])(
    '%o: follows the scalar form over 100 steps',
    (of, follow) => {
      const trainee = traineeOf({ a: start.slice(0, 3), b: start.slice(3) })
      const tensors = memory().numTensors
      for (const [step, gradient] of gradients.entries()) {
        const given = new Map<string, Tensor>([
          ['a', tensorOf(gradient.slice(0, 3), [3])],
          ['b', tensorOf(gradient.slice(3), [5])],
        ])
        descend(of, rates[step]!, trainee.parameters, given, trainee.optimizer)
        for (const tensor of given.values()) tensor.dispose()
      }
      expect(memory().numTensors).toBe(tensors)
      expect(trainee.optimizer.step).toBe(steps)
      const expected = start.map((w, at) =>
        follow(
          w,
          gradients.map((gradient) => gradient[at]!),
        ),
      )
      expectNear(weightsOf(trainee), expected)
      expect(weightsOf(trainee)[7]).toBe(start[7])
      disposeTrainee(trainee)
    },
  )

  it("adam's first step is the rate, whatever the gradient's size", () => {
    const trainee = traineeOf({ w: [0, 0, 0] })
    const given = new Map<string, Tensor>([['w', tensorOf([1e-4, -3, 1e4], [3])]])
    descend(adam, 0.5, trainee.parameters, given, trainee.optimizer)
    expectNear(weightsOf(trainee), [-0.5, 0.5, -0.5], 1e-4)
    given.get('w')!.dispose()
    disposeTrainee(trainee)
  })

  it('maskMoments forgets what is masked and nothing else, and leaks nothing', () => {
    const trainee = traineeOf({ a: [1, 2], b: [3, 4] })
    const given = new Map<string, Tensor>([
      ['a', tensorOf([1, 2], [2])],
      ['b', tensorOf([4, 8], [2])],
    ])
    descend({ ...adam, beta1: 0.5, beta2: 0.5 }, 0.5, trainee.parameters, given, trainee.optimizer)
    const tensors = memory().numTensors
    const mask = tensorOf([0, 1], [2])
    maskMoments(trainee.optimizer, new Map([['b', mask]]))
    mask.dispose()
    expect(memory().numTensors).toBe(tensors)
    const { first, second } = trainee.optimizer.moments
    const read = (of: Map<string, Tensor>) => [...of.values()].map((held) => [...held.dataSync()])
    expect(read(first)).toEqual([
      [0.5, 1],
      [0, 4],
    ])
    expect(read(second)).toEqual([
      [0.5, 2],
      [0, 32],
    ])
    for (const tensor of given.values()) tensor.dispose()
    disposeTrainee(trainee)
  })

  it('starts from moments of 0', () => {
    const trainee = traineeOf({ w: [1, 2] })
    const state = initialiseOptimizer(trainee.parameters)
    expect(state.step).toBe(0)
    for (const moments of Object.values(state.moments)) {
      expect([...moments.get('w')!.dataSync()]).toEqual([0, 0])
      moments.get('w')!.dispose()
    }
    disposeTrainee(trainee)
  })
})

describe('scheduleFactor', () => {
  const course = (steps: number, warmup: number) =>
    Array.from({ length: steps }, (_, step) => scheduleFactor('cosine', step, steps, warmup))

  it('constant is 1', () => expect(scheduleFactor('constant', 7, 10, 3)).toBe(1))

  it('cosine: from 1 over 1/2 at the middle towards 0, as a product of half angles', () => {
    const factors = course(100, 0)
    expect(factors[0]).toBe(1)
    expect(factors[50]).toBeCloseTo(0.5, 12)
    for (const [step, factor] of factors.entries()) {
      expect(factor).toBeCloseTo(Math.cos((Math.PI * step) / 200) ** 2, 12)
      if (step > 0) expect(factor).toBeLessThan(factors[step - 1]!)
    }
    expect(factors.at(-1)).toBeGreaterThan(0)
    // The mean of the course is half, up to the first step's surplus.
    expect(factors.reduce((sum, factor) => sum + factor, 0) / 100).toBeCloseTo(0.505, 12)
  })

  it('warm-up: rises in equal steps to 1, which the cosine then starts from', () => {
    const factors = course(24, 4)
    expect(factors.slice(0, 5)).toEqual([0.25, 0.5, 0.75, 1, 1])
    expect(factors.slice(4)).toEqual(course(20, 0))
  })

  it('a warm-up as long as the stretch, or longer, only rises', () => {
    expect(course(4, 4)).toEqual([0.25, 0.5, 0.75, 1])
    expect(course(2, 4)).toEqual([0.25, 0.5])
  })
})
