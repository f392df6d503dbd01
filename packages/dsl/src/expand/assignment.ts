import type { CheckedCondition, Component } from '../check/component.ts'
import type { Axis, Parameter, Point } from '../check/sweep.ts'
import { MAX_CONFIGURATIONS } from '../limits.ts'
import type { Work } from './work.ts'

/** One choice of every swept value, by address. */
export type Assignment = ReadonlyMap<string, { parameter: Parameter; point: Point }>

/** Whether conditions hold for the values chosen so far. */
export type Judge = (conditions: readonly CheckedCondition[], assignment: Assignment) => boolean

/**
 * Every assignment of a sweep in order, the first axis varying slowest; axes under `when` come after the others, so
 * that what they depend on is chosen. Each is valid until the next one is asked for.
 */
export function* enumerate(axes: readonly Axis[], holds: Judge, work: Work): Generator<Assignment> {
  const ordered = axes.toSorted((a, b) => a.conditions.length - b.conditions.length)
  const chosen = new Map<string, { parameter: Parameter; point: Point }>()
  function* walk(index: number): Generator<Assignment> {
    const axis = ordered[index]
    if (axis === undefined) {
      yield chosen
      return
    }
    if (!holds(axis.conditions, chosen)) return yield* walk(index + 1)
    for (let at = 0; at < axis.length; at++) {
      work.spend(axis.parameters.length)
      for (const parameter of axis.parameters)
        chosen.set(parameter.address.text, { parameter, point: parameter.points[at] })
      yield* walk(index + 1)
    }
    for (const { address } of axis.parameters) chosen.delete(address.text)
  }
  yield* walk(0)
}

/** How many configurations a sweep has, before `require`: exactly, or where there are too many, at least. */
export function countConfigurations(
  axes: readonly Axis[],
  holds: Judge,
  work: Work,
): { count: number; exact: boolean } {
  const always = axes.filter(({ conditions }) => conditions.length === 0)
  const product = always.reduce((count, { length }) => count * length, 1)
  const exact = always.length === axes.length
  if (exact || product > MAX_CONFIGURATIONS) return { count: product, exact }
  let count = 0
  for (const _ of enumerate(axes, holds, work)) if (++count > MAX_CONFIGURATIONS) return { count, exact: false }
  return { count, exact: true }
}

/** What a component's base is swept over, and which one it is now; it may be known by another name where it is swept. */
export function baseIn(assignment: Assignment, component: Component) {
  for (const chosen of assignment.values()) {
    const { address } = chosen.parameter
    if (address.component === component && address.key === null) return chosen
  }
  return undefined
}
