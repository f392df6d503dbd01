import { twin } from '@snnx/kernels'
import { tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { listConstraints } from '../src/minimax/constraint.ts'
import { ascendDual } from '../src/minimax/dual.ts'
import { excessOf, type NodeGoal, type Rates } from '../src/minimax/lagrangian.ts'
import { shrinkMasked } from '../src/minimax/proximal.ts'
import { stepSparsity as stepGroups } from '../src/minimax/sparsity.ts'

fc.configureGlobal({ seed: 1 })

beforeAll(async () => {
  await openBackend('cpu')
})

/** s and the duals of a problem with one group and connectivity alone. */
interface Duals {
  s: number
  y: number
  z: number
}

function stepSparsity({ s, y, z }: Duals, goal: NodeGoal, rates: Rates, marginal: number, arrived = false): number {
  const groups = [{ layers: [0], total: goal.total }]
  const constraints = listConstraints(goal, s, [], [], new Map(), groups)
  return stepGroups(groups, [{ s, y, marginal }], constraints, [z], goal, rates.s, arrived).s[0]!
}

const ascendDuals = ({ s, y, z }: Duals, goal: NodeGoal, rates: Rates, energy: number): Duals => ({
  s,
  y: ascendDual(y, energy, rates.y, goal.steps),
  z: ascendDual(z, excessOf(goal, s), rates.z, goal.steps),
})

const rates: Rates = { s: 1.2, y: 2, z: 4 }
const goalOf = (total: number, steps: number): NodeGoal => ({ total, start: 0, target: 0.75 * total, steps })
/** Short binary fractions: their squares and sums are exact, so equalities are too. */
const short = fc.integer({ min: -64, max: 64 }).map((value) => value / 16)
const vector = (maxLength: number) => fc.array(short, { minLength: 1, maxLength })

/** min over all supports of `s` weights of the sum of their squares, by trying every support. */
function smallestSum(weights: readonly number[], s: number): number {
  if (s === 0) return 0
  if (weights.length < s) return Infinity
  const [first, ...rest] = weights as [number, ...number[]]
  return Math.min(first * first + smallestSum(rest, s - 1), smallestSum(rest, s))
}

const bottomNorm = (weights: readonly number[], s: number) =>
  weights
    .map((value) => value * value)
    .toSorted((a, b) => a - b)
    .slice(0, s)
    .reduce((sum, square) => sum + square, 0)

function mask(weights: readonly number[], s: number) {
  const bits = new Uint32Array(1)
  const bottom = twin.maskBottom([Float32Array.from(weights)], s, [bits], -1)
  return { ...bottom, mask: weights.map((_, index) => (bits[0]! >> index) & 1) }
}

describe('the bottom-s norm ||W||^2_{s,2}', () => {
  it('is the least sum of squares over all choices of s weights, the mask one that reaches it', () => {
    fc.assert(
      fc.property(vector(9), (weights) => {
        for (let s = 0; s <= weights.length; s++) {
          const found = mask(weights, s)
          expect(found.energy).toBe(smallestSum(weights, s))
          expect(found.energy).toBe(weights.reduce((sum, w, at) => sum + (1 - found.mask[at]!) * w * w, 0))
          if (s < weights.length) expect(found.next).toBe(smallestSum(weights, s + 1) - smallestSum(weights, s))
        }
      }),
      { numRuns: 80 },
    )
  })

  it('is 0 exactly when at least s weights are 0', () => {
    fc.assert(
      fc.property(vector(20), fc.nat(20), (weights, s) => {
        fc.pre(s <= weights.length)
        expect(mask(weights, s).energy === 0).toBe(weights.filter((value) => value === 0).length >= s)
      }),
    )
  })
})

/*
 * With a fixed support the problem  min_x |x - w|^2 / 2 + lr y x^2  has the derivative (x - w) + 2 lr y x = 0, so
 * x = w / (1 + 2 lr y) on the support and x = w elsewhere, at the cost  lr y / (1 + 2 lr y) * sum of w^2 over the support:
 * least for the s smallest squares. That is the proximal step of y ||W||^2_{s,2} with step size lr.
 */
describe('the proximal step', () => {
  const shrink = (weights: readonly number[], s: number, lr: number, y: number, hard = false) => {
    const held = tensor(weights as number[], undefined, 'float32')
    return [...shrinkMasked(held, tensor(mask(weights, s).mask), lr, y, hard).dataSync()]
  }
  const steps = fc.constantFrom(0.125, 0.5, 1, 2)

  it('divides the s smallest by 1 + 2 lr y and leaves the others alone', () => {
    expect(shrink([3, -1, 2, 0.5], 2, 0.5, 3)).toEqual([3, -0.25, 2, 0.125])
    expect(shrink([3, -1, 2, 0.5], 2, 0.5, 0)).toEqual([3, -1, 2, 0.5])
  })

  it('minimises |x - w|^2 / 2 + lr y ||x||^2_{s,2}: no other point is lower', () => {
    const objective = (x: readonly number[], w: readonly number[], s: number, weight: number) =>
      x.reduce((sum, value, at) => sum + (value - w[at]!) ** 2 / 2, 0) + weight * bottomNorm(x, s)
    fc.assert(
      fc.property(vector(8), fc.nat(8), steps, steps, fc.array(short, { minLength: 8, maxLength: 8 }), (...drawn) => {
        const [weights, s, lr, y, other] = drawn
        fc.pre(s <= weights.length)
        const x = shrink(weights, s, lr, y)
        const least = objective(x, weights, s, lr * y)
        const nearby = x.map((value, at) => value + other[at]! / 64)
        for (const point of [nearby, other.slice(0, x.length), weights, x.map(() => 0)])
          expect(least).toBeLessThanOrEqual(objective(point, weights, s, lr * y) + 1e-6)
      }),
    )
  })

  it('hard: zeroes them instead, whatever y', () => {
    expect(shrink([3, -1, 2, 0.5], 2, 0.5, 0, true).map(Math.abs)).toEqual([3, 0, 2, 0])
  })
})

/*
 * J(s) = y ||W||^2_{s,2} + m N d (z e + e^2 / 2), the norm linear in s between whole numbers (straight-through over the
 * ceiling). With e = (s_max - s) / (N d): dJ/ds = y v - m (z + e), v the (ceil(s)+1)-th smallest square.
 */
describe('the step of s', () => {
  it('follows the numerical gradient of the Lagrangian', () => {
    const open = fc.double({ min: 0.05, max: 0.95, noNaN: true })
    fc.assert(
      fc.property(fc.array(open, { minLength: 6, maxLength: 20 }), open, open, open, (weights, at, y, z) => {
        const total = weights.length
        const goal: NodeGoal = { total, start: 0, target: total - 1, steps: 1000 }
        const s = at * (total - 2)
        const norm = bottomNorm(weights, total)
        const way = goal.target - goal.start
        const below = Math.ceil(s)
        const slope = (bottomNorm(weights, below + 1) - bottomNorm(weights, below)) / norm
        const cost = (s: number) => {
          const e = (goal.target - s) / way
          return y * slope * s + z * e + e ** 2 / 2
        }
        const gradient = (cost(s + 1e-5) - cost(s - 1e-5)) / 2e-5
        // In units of the way, s moves by (rate / steps) times the descent direction.
        const expected = s - (way ** 2 * rates.s * gradient) / goal.steps
        const found = stepSparsity({ s, y, z }, goal, rates, slope)
        expect(found).toBeCloseTo(Math.min(goal.target, Math.max(goal.start, expected)), 6)
      }),
    )
  })

  it('projects on [start, target]', () => {
    const goal = { total: 100, start: 20, target: 60, steps: 10 }
    expect(stepSparsity({ s: 59, y: 0, z: 1e6 }, goal, rates, 0)).toBe(60)
    expect(stepSparsity({ s: 21, y: 1e6, z: 0 }, goal, rates, 1)).toBe(20)
    expect(stepSparsity({ s: 30, y: 1, z: 0 }, goal, rates, Infinity)).toBe(20)
  })

  it('with y = z = 0 and nothing in excess leaves s still', () => {
    const goal = goalOf(1000, 10)
    for (const marginal of [0, 1, Infinity])
      expect(stepSparsity({ s: goal.target, y: 0, z: 0 }, goal, rates, marginal)).toBe(goal.target)
  })

  it('stands still, and is a number, at a node that removes nothing even when no weight is left', () => {
    const goal = { total: 10, start: 10, target: 10, steps: 10 }
    expect(stepSparsity({ s: 10, y: 2, z: 0 }, goal, rates, Infinity)).toBe(10)
    expect(excessOf(goal, 10)).toBe(0)
  })
})

describe('the ascent of the duals', () => {
  it('adds the rate times what is left of each constraint', () => {
    const goal = goalOf(1000, 100)
    let duals: Duals = { s: 300, y: 0, z: 0 }
    for (let step = 0; step < 64; step++) duals = ascendDuals(duals, goal, { s: 1, y: 2, z: 3 }, 0.25)
    expect(duals.s).toBe(300)
    expect(duals.y).toBeCloseTo((64 * 2 * 0.25) / 100, 12)
    expect(duals.z).toBeCloseTo((64 * 3 * (450 / 750)) / 100, 12)
  })

  it('stops when both constraints hold', () => {
    const goal = goalOf(1000, 100)
    expect(ascendDuals({ s: 750, y: 0.5, z: 0.25 }, goal, rates, 0)).toEqual({ s: 750, y: 0.5, z: 0.25 })
  })

  it('keeps y and z at 0 or above, and s out of it, from anywhere', () => {
    const any = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(any, any, any, fc.double({ min: 0, max: 1, noNaN: true }), (s, y, z, energy) => {
        const after = ascendDuals({ s, y, z }, goalOf(1000, 100), rates, energy)
        expect(after.s).toBe(s)
        expect(after.y).toBeGreaterThanOrEqual(Math.max(0, y))
        expect(after.z).toBeGreaterThanOrEqual(Math.max(0, z))
      }),
    )
  })
})

/** s and the duals over a span. Weights uniform in size: v / ||W||^2 = 3 p^2 / N and the relative energy p^3 at the share p removed. */
function descend(goal: NodeGoal, of: Rates, price = 1): Duals[] {
  const path: Duals[] = [{ s: goal.start, y: 0, z: 0 }]
  for (let step = 0; step < goal.steps; step++) {
    const duals = path.at(-1)!
    const share = duals.s / goal.total
    const s = stepSparsity(duals, goal, of, (3 * price * share ** 2) / goal.total)
    path.push(ascendDuals({ ...duals, s }, goal, of, price * share ** 3))
  }
  return path
}

describe('the descent of s', () => {
  it('is the same at 10 thousand and at 37 million weights', () => {
    for (const start of [0, 0.5]) {
      const [small, large] = [1e4, 3.7e7].map((total) =>
        descend({ total, start: start * total, target: 0.99 * total, steps: 800 }, rates),
      )
      for (const [step, { s, y, z }] of small!.entries()) {
        expect(large![step]!.s / 3.7e7).toBeCloseTo(s / 1e4, 10)
        expect(large![step]!.y).toBeCloseTo(y, 10)
        expect(large![step]!.z).toBeCloseTo(z, 10)
      }
    }
  })

  it('takes the same course whatever the number of steps in its span', () => {
    const shares = [400, 4000, 40_000].map((steps) => {
      const path = descend(goalOf(1e6, steps), rates)
      return [0.25, 0.5, 0.75].map((share) => path[share * steps]!.s / 1e6)
    })
    for (const at of [0, 1, 2]) {
      expect(shares[1]![at]).toBeCloseTo(shares[2]![at]!, 3)
      expect(shares[0]![at]).toBeCloseTo(shares[2]![at]!, 2)
    }
  })

  it.each([1e4, 3.7e7])('of %d weights is a descent, not a cut: no step takes more than 1 %% of the way', (total) => {
    const goal = goalOf(total, 400)
    const path = descend(goal, rates).map(({ s }) => s)
    const moves = path.slice(1).map((s, step) => (s - path[step]!) / goal.target)
    expect(Math.max(...moves)).toBeLessThan(0.01)
    expect(moves.filter((move) => move > 0).length).toBeGreaterThan(200)
  })

  /*
   * Without y the course is that of  e' = -r (z + e),  z' = q e  over the span, e(0) = 1, z(0) = 0: the oscillator
   * e'' + r e' + r q e = 0,  e = exp(-r t / 2) (cos w t - (r / 2w) sin w t),  w^2 = r q - r^2 / 4, which first meets e = 0 at
   * tan(w t) = 2 w / r.
   */
  it('without y follows the damped oscillator and arrives where it does', () => {
    const [r, q] = [rates.s, rates.z]
    const w = Math.sqrt(r * q - r ** 2 / 4)
    const steps = 20_000
    const goal = goalOf(1e6, steps)
    const path = descend(goal, { ...rates, y: 0 })
    for (const t of [0.1, 0.3, 0.5, 0.7]) {
      const e = Math.exp((-r * t) / 2) * (Math.cos(w * t) - (r / (2 * w)) * Math.sin(w * t))
      expect(excessOf(goal, path[t * steps]!.s)).toBeCloseTo(Math.max(0, e), 3)
    }
    const arrived = path.findIndex(({ s }) => s === goal.target) / steps
    expect(arrived).toBeCloseTo(Math.atan((2 * w) / r) / w, 3)
    expect(path.at(-1)!.s).toBe(goal.target)
  })

  it('is slower when the next weights are dearer, and z is what rises against it', () => {
    const goal = goalOf(1e6, 1000)
    const [cheap, dear] = [1, 4].map((price) => descend(goal, rates, price).at(-1)!)
    expect(dear!.s).toBeLessThan(cheap!.s)
    expect(dear!.z).toBeGreaterThan(cheap!.z)
  })
})
