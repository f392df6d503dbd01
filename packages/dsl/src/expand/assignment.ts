import type { CheckedCondition, Component } from '../check/component.ts'
import type { Axis, Parameter, Point } from '../check/sweep.ts'
import { MAX_JOBS } from '../limits.ts'

/** One choice of every swept value, by address. */
export type Assignment = ReadonlyMap<string, { parameter: Parameter; point: Point }>

/** Whether conditions hold for the values chosen so far. */
export type Judge = (conditions: readonly CheckedCondition[], assignment: Assignment) => boolean

/**
 * Every assignment of a sweep in order, the first axis varying slowest; axes under `when` come after the others, so
 * that what they depend on is chosen. Ends after one more than `MAX_JOBS`.
 */
export function* enumerate(axes: readonly Axis[], holds: Judge): Generator<Assignment> {
  const ordered = axes.toSorted((a, b) => a.conditions.length - b.conditions.length)
  let left = MAX_JOBS + 1
  function* walk(index: number, assignment: Assignment): Generator<Assignment> {
    const axis = ordered[index]
    if (axis === undefined) {
      if (left-- > 0) yield assignment
      return
    }
    if (!holds(axis.conditions, assignment)) return yield* walk(index + 1, assignment)
    for (let at = 0; at < axis.length && left > 0; at++) {
      const chosen = axis.parameters.map((parameter) => {
        return [parameter.address.text, { parameter, point: parameter.points[at] }] as const
      })
      yield* walk(index + 1, new Map([...assignment, ...chosen]))
    }
  }
  yield* walk(0, new Map())
}

/** What a component's base is swept over, and which one it is now; it may be known by another name where it is swept. */
export function baseIn(assignment: Assignment, component: Component) {
  for (const chosen of assignment.values()) {
    const { address } = chosen.parameter
    if (address.component === component && address.key === null) return chosen
  }
  return undefined
}
