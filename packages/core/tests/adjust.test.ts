import { memory, mul, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { initialiseOptimizer } from '../src/optim/optimizer.ts'
import { initialiseParameters, listLearned } from '../src/parameters.ts'
import { type AdjustGradient, trainStep } from '../src/step.ts'
import { replaceMasks, selectBottom } from '../src/strategy/selection.ts'
import type { Trainee } from '../src/trainee.ts'
import { open, TESTED } from './backends.ts'
import { jobOf } from './job.ts'
import { synthesise } from './synthesise.ts'
import { disposeTrainee, weightsOf } from './trainee.ts'

const dataset = synthesise({ features: 12, classes: 4, train: 64, validation: 16, test: 16 })
const job = jobOf()
const [batch] = dataset.train.batches(16, { seed: 0, epoch: 0 })
const NAMES = ['linear1.weight', 'linear2.weight']

function begin(): Trainee {
  const parameters = initialiseParameters(job.network, 1)
  return { parameters, optimizer: initialiseOptimizer(parameters), masking: null, auxiliary: new Map() }
}

/** The weights after one step, with what stands between gradient and optimiser. */
function step(adjust?: AdjustGradient): number[] {
  const trainee = begin()
  trainStep(job, trainee, batch!, 0.01, undefined, adjust)
  const weights = weightsOf(trainee)
  disposeTrainee(trainee)
  return weights
}

describe.each(TESTED)('what stands before the optimiser on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  it('sees every learned parameter once a step', () => {
    const seen: string[] = []
    const weights = step((name, gradient) => {
      seen.push(name)
      return gradient
    })
    expect(seen.toSorted()).toEqual(listLearned(job.network).toSorted())
    expect(weights).toEqual(step())
  })

  it('withholds a step: the parameter stays, to the bit', () => {
    const untouched = begin()
    const before = [...untouched.parameters.get('linear1.weight')!.dataSync()]
    const plain = step()
    const held = step((name, gradient) => (name === 'linear1.weight' ? null : gradient))
    expect(held.slice(0, before.length)).toEqual(before)
    expect(held.slice(before.length)).toEqual(plain.slice(before.length))
    expect(plain.slice(0, before.length)).not.toEqual(before)
    disposeTrainee(untouched)
  })

  it("gives another gradient: its opposite turns Adam's first step around", () => {
    const untouched = begin()
    const before = weightsOf(untouched)
    const [plain, turned] = [step(), step((_, gradient) => mul(gradient, -1))]
    for (const [at, w] of before.entries()) expect(turned[at]! - w).toBeCloseTo(w - plain[at]!, 6)
    disposeTrainee(untouched)
  })

  it('gets the gradient of masked weights too while the mask is not fixed, and leaks nothing', () => {
    const trainee = begin()
    replaceMasks(trainee, selectBottom(trainee.parameters, NAMES, 300).masks, false)
    const tensors = memory().numTensors
    const kept = new Map<string, number[]>()
    trainStep(job, trainee, batch!, 0.01, undefined, (name, gradient: Tensor) => {
      kept.set(name, [...gradient.dataSync()])
      return null
    })
    expect(memory().numTensors).toBe(tensors)
    for (const name of NAMES) {
      const mask = trainee.masking!.masks.get(name)!.dataSync()
      const masked = kept.get(name)!.filter((slope, at) => mask[at] === 0 && slope !== 0)
      expect(masked.length).toBeGreaterThan(10)
    }
    disposeTrainee(trainee)
  })
})
