import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cubicSparsity } from '../src/strategy/cubic.ts'

fc.configureGlobal({ seed: 1 })

describe('the cubic curve', () => {
  it('starts at s_0, ends at the target, and at the middle lacks an eighth of the way', () => {
    const goal = { total: 1000, start: 100, target: 900, steps: 40 }
    expect([0, 20, 40, 50].map((step) => cubicSparsity(goal, step))).toEqual([100, 800, 900, 900])
  })

  it('in pieces is the whole: each node has the part of one curve between the nodes around it', () => {
    const end = 960
    const nodes = [600, 840, 920, 960]
    const timeOf = (s: number) => 1 - Math.cbrt(1 - s / end)
    for (const [index, target] of nodes.entries()) {
      const start = index === 0 ? 0 : nodes[index - 1]!
      const goal = { total: 1000, start, target, steps: 50, curve: end }
      for (let step = 1; step <= 50; step++) {
        const time = timeOf(start) + (timeOf(target) - timeOf(start)) * (step / 50)
        expect(cubicSparsity(goal, step)).toBeCloseTo(end * (1 - (1 - time) ** 3), 8)
      }
      expect(cubicSparsity(goal, 50)).toBe(target)
    }
  })

  it('never falls, and never leaves the way of its node', () => {
    const ordered = fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)).map((all) => all.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(ordered, fc.integer({ min: 1, max: 60 }), ([start, target, curve], steps) => {
        const goal = { total: 1000, start: start!, target: target!, curve: curve!, steps }
        const course = Array.from({ length: steps }, (_, at) => cubicSparsity(goal, at + 1))
        expect(course).toEqual(course.toSorted((a, b) => a - b))
        expect(course[0]).toBeGreaterThanOrEqual(start! - 1e-9)
        expect(course.at(-1)).toBe(target)
      }),
    )
  })
})
