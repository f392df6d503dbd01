import { tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import type { Budget } from '../src/budget/budget.ts'
import { slackAt } from '../src/budget/create.ts'
import { DENSITIES, latencySlope, RATES, readLatency } from '../src/budget/latency.ts'
import { priceFactors } from '../src/budget/price.ts'
import { findRemoved } from '../src/budget/tighten.ts'
import { countAllKept, countKept, sumKept } from '../src/measure/kept.ts'
import { type Constraint, type Group, listConstraints } from '../src/minimax/constraint.ts'
import { stepSparsity } from '../src/minimax/sparsity.ts'
import { initialiseOptimizer } from '../src/optim/optimizer.ts'
import type { Tensors } from '../src/parameters.ts'
import { minimax } from '../src/strategy/minimax.ts'
import { selectPriced } from '../src/strategy/selection.ts'
import type { Trainee } from '../src/trainee.ts'

fc.configureGlobal({ seed: 1 })

beforeAll(async () => {
  await openBackend('cpu')
})

/** A budget that is the sum of the costs of what is kept. */
function budgetOf(costs: number[][], limit: number, energies = costs.map(() => 1)): Budget {
  const arrays = costs.map((of) => Float32Array.from(of))
  return {
    resource: 'synops',
    limit,
    aim: limit,
    fixed: 0,
    costs: arrays,
    energies,
    value: (masks) => [...masks.values()].reduce((sum, mask, layer) => sum + sumKept(mask, arrays[layer]!), 0),
  }
}
const even = { connectivity: 0, budgets: [1] }

describe('the price of a weight', () => {
  it('is the same for all where all cost the same: the rule of the paper', () => {
    expect(priceFactors([], even, [4, 6], [])).toBeNull()
    expect(priceFactors([budgetOf([[2], [2]], 1)], even, [4, 6], [1, 1])).toBeNull()
    expect(priceFactors([budgetOf([[1, 5], [3]], 1)], { connectivity: 1, budgets: [0] }, [4, 6], [1, 1])).toBeNull()
  })

  it('divides squares by the fourth root of 0.1 + cost over mean cost, in the mean of the layer, times the energy that it has left', () => {
    // Mean cost: (4 x 2 + 2 x 5) / 6 = 3.
    const factors = priceFactors([budgetOf([[1, 3], [5]], 1, [3, 1])], even, [4, 2], [3, 1])!
    const squares = factors.map(([factor]) => factor! ** 2)
    expect(squares[0]).toBeCloseTo((1.1 / ((0.1 + 2 / 3) * 1.5)) ** 0.25, 5)
    expect(squares[1]).toBeCloseTo((1.1 / ((0.1 + 5 / 3) * 0.5)) ** 0.25, 5)
  })

  it('weighs budgets by what they push, connectivity among them', () => {
    const [one, other] = [budgetOf([[1], [3]], 1), budgetOf([[3], [1]], 1)]
    const at = (connectivity: number, ...budgets: number[]) =>
      priceFactors([one, other], { connectivity, budgets }, [5, 5], [1, 1])
    expect(at(0, 1, 1)).toBeNull()
    const [first, second] = at(0, 1, 0)!
    expect(first![0]!).toBeGreaterThan(second![0]!)
    const mixed = at(3, 1, 0)!
    expect(mixed[0]![0]! / mixed[1]![0]!).toBeLessThan(first![0]! / second![0]!)
  })

  it('selects by squares over prices, as a plain sort does', () => {
    const values = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 12, maxLength: 12 })
    const factor = fc.array(fc.double({ min: 0.1, max: 9, noNaN: true }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(values, factor, fc.nat(12), (drawn, drawnFactors, s) => {
        const weights: Tensors = new Map([['w', tensor(Float32Array.from(drawn), [4, 3])]])
        const factors = Float32Array.from(drawnFactors)
        const scores = drawn.map((value, at) => Math.fround(Math.fround(value) * factors[at % 3]!) ** 2)
        const { masks } = selectPriced(weights, ['w'], s, [factors])
        const mask = [...masks.get('w')!.dataSync()]
        const [kept, gone] = [1, 0].map((mark) => scores.filter((_, at) => mask[at] === mark))
        expect(gone).toHaveLength(s)
        expect(Math.min(Infinity, ...kept!)).toBeGreaterThanOrEqual(Math.max(0, ...gone!))
      }),
    )
  })
})

describe('how many weights must go', () => {
  it('is the least number with which every budget is met, tried one by one', () => {
    const values = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 30, noNaN: true }), fc.nat(4), (drawn, limit, least) => {
        const weights: Tensors = new Map([['w', tensor(Float32Array.from(drawn), [4, 3])]])
        const budgets = [budgetOf([[1, 2, 4]], limit), budgetOf([[1]], 11)]
        const found = findRemoved((s) => selectPriced(weights, ['w'], s, null).masks, 12, budgets, least)
        const meets = (s: number) =>
          budgets.every(
            ({ value }) =>
              value(selectPriced(weights, ['w'], s, null).masks) <= (value === budgets[0]!.value ? limit : 11),
          )
        const first = Array.from({ length: 12 }, (_, s) => s).find((s) => s >= least && meets(s))
        expect(found).toBe(first ?? null)
      }),
      { numRuns: 40 },
    )
  })
})

describe('the slack of what is counted', () => {
  it('falls from 6 % to nothing while half of the fine-tuning passes; short fine-tuning has none', () => {
    const stage = { steps: 50, spanSteps: 10 }
    expect([0, 10, 15, 20, 25, 30, 50].map((step) => slackAt(stage, step, 10))).toEqual(
      [0.06, 0.06, 0.045, 0.03, 0.015, 0, 0].map((slack) => expect.closeTo(slack, 9)),
    )
    expect(slackAt({ steps: 29, spanSteps: 10 }, 10, 10)).toBe(0)
  })
})

describe('the end of a span', () => {
  const names = ['a.weight', 'b.weight']
  const drawn = (size: number) => Float32Array.from({ length: size }, (_, at) => Math.sin(7 * at + size))

  it.each(['global', 'layerwise'] as const)(
    'sets s to the least at which the bounds are met, asked again after they were corrected: %s',
    (scope) => {
      const method = minimax({ mask: 'soft', rates: { s: 3, y: 0.2, z: 3 }, scope, score: 'magnitude' })
      const parameters: Tensors = new Map([
        [names[0]!, tensor(drawn(40), [8, 5])],
        [names[1]!, tensor(drawn(20), [4, 5])],
      ])
      const trainee: Trainee = {
        parameters,
        optimizer: initialiseOptimizer(parameters),
        masking: null,
        auxiliary: new Map(),
      }
      const budget = budgetOf([[3], [1]], 50)
      const goal = { total: 60, start: 0, target: 0, steps: 30 }
      const context = { names, positions: [1, 1], goal, budgets: [budget], seed: 0, node: 0, travel: 1 }
      const state = method.begin(trainee, context)
      for (let step = 1; step <= 30; step++) method.afterStep(trainee, context, state, step, 0.1)
      // As if they had been found to cost half, a tenth or thrice as much.
      for (const [ratio, limit] of [
        [0.5, 100],
        [0.1, 500],
        [3, 50 / 3],
      ] as const) {
        const corrected = { ...context, budgets: [budgetOf([[3], [1]], limit)] }
        method.finish(trainee, corrected, state)
        const { masks } = trainee.masking!
        const removed = 60 - countAllKept(masks)
        expect(budget.value(masks)).toBeLessThanOrEqual(50 / ratio)
        // One more weight would be too many, unless all are there.
        if (removed > 0) expect(budget.value(masks) + 3).toBeGreaterThan(50 / ratio)
        for (const mask of masks.values()) expect(countKept(mask)).toBeGreaterThan(0)
      }
    },
  )
})

describe('the table of latencies', () => {
  // t = 1 + 8 d r: what a sparse kernel takes on spikes.
  const table = Float32Array.from(RATES.flatMap((rate) => DENSITIES.map((density) => 1 + 8 * density * rate)))

  it('is linear between what was timed, in density and in rate, and constant beyond', () => {
    for (const density of [1, 0.7, 0.2, 0.03, 0.002]) {
      for (const rate of [0.25, 0.4, 0.5, 0.75, 1, 1.5])
        expect(readLatency(table, density, rate)).toBeCloseTo(1 + 8 * density * rate, 5)
    }
    expect(readLatency(table, 0.0001, 1)).toBeCloseTo(1 + 8 * DENSITIES.at(-1)!, 5)
    expect(readLatency(table, 0.5, 0.1)).toBeCloseTo(1 + 8 * 0.5 * 0.25, 5)
  })

  it('has the slope of the line, and none below 0 where timings are noise', () => {
    for (const density of [1, 0.5, 0.1, 0.01]) expect(latencySlope(table, density, 1)).toBeCloseTo(8, 3)
    const noise = Float32Array.from(RATES.flatMap(() => DENSITIES.map((density) => 2 - density)))
    expect(latencySlope(noise, 0.5, 1)).toBe(0)
  })
})

describe('a step of s under several bounds', () => {
  const goal = { total: 100, start: 0, target: 80, least: 0, steps: 10 }
  const one: Group[] = [{ layers: [0], total: 100 }]
  const bound = (over: number, slopes: number[]): Constraint => ({ name: 'flops', excess: over / 100, over, slopes })

  it('ends where the last of them is met', () => {
    const state = [{ s: 10, y: 0, marginal: 0 }]
    // Each weight takes 2 off the first and 1 off the second: the second needs 5.
    const { s, met } = stepSparsity(one, state, [bound(4, [2]), bound(5, [1])], [9, 9], goal, 6, false)
    expect(s[0]).toBeCloseTo(15, 9)
    expect(met).toBe(true)
    const far = stepSparsity(one, state, [bound(90, [1])], [0.1], goal, 1, false)
    expect(far.s[0]).toBeCloseTo(10 + (80 * (0.1 + 0.9)) / 10, 9)
    expect(far.met).toBe(false)
  })

  it('afterwards follows the tightest, both ways, no faster than a tenth of its fastest step', () => {
    const state = [{ s: 50, y: 0, marginal: 0 }]
    const follow = (over: number) => stepSparsity(one, state, [bound(over, [1])], [0], goal, 1, true).s[0]!
    expect(follow(0.5)).toBeCloseTo(50.5, 9)
    expect(follow(-0.5)).toBeCloseTo(49.5, 9)
    expect(follow(40)).toBeCloseTo(50.8, 9)
  })

  it('by layers: groups exchange weights along the bound, by what each has to pay', () => {
    const groups: Group[] = [
      { layers: [0], total: 50 },
      { layers: [1], total: 50 },
    ]
    const states = [
      { s: 30, y: 1, marginal: 0.01 },
      { s: 30, y: 1, marginal: 0.03 },
    ]
    const { s } = stepSparsity(groups, states, [bound(0, [2, 1])], [0], goal, 1, true)
    expect(s[0]).toBeGreaterThan(30)
    expect(s[1]).toBeLessThan(30)
    expect(2 * s[0]! + s[1]!).toBeCloseTo(90, 9)
  })
})

describe('the constraints', () => {
  it('say how far each bound is, as a share of its way, and what a kept weight costs', () => {
    const masks: Tensors = new Map([
      ['w', tensor([1, 1, 0, 1])],
      ['v', tensor([1, 0])],
    ])
    const budget = { ...budgetOf([[2], [5]], 4), aim: 4 }
    const groups: Group[] = [
      { layers: [0], total: 4 },
      { layers: [1], total: 2 },
    ]
    const goal = { total: 6, start: 0, target: 4, least: 0, steps: 10 }
    const [constraint] = listConstraints(goal, 2, [budget], [18], masks, groups)
    // R = 3 x 2 + 5 = 11 of 4; the way is 18 - 4.
    expect(constraint).toEqual({ name: 'synops', excess: 0.5, over: 7, slopes: [2, 5] })
    const both = listConstraints({ ...goal, least: 3 }, 2, [budget], [18], masks, groups)
    expect(both.map(({ name, over }) => [name, over])).toEqual([
      ['connectivity', 1],
      ['synops', 7],
    ])
  })
})
