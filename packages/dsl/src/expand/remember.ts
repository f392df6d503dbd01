import type { Report } from '../check/report.ts'
import type { Point, SweepPlan } from '../check/sweep.ts'
import type { Diagnostic } from '../diagnostic.ts'
import type { Assignment } from './assignment.ts'

/**
 * Works something out once for each choice of the values that it depends on: those of blocks of these kinds, and those
 * that conditions look at. What was reported then is reported again each time.
 */
export function remember<Result>(
  kinds: readonly string[],
  { conditions }: SweepPlan,
  workOut: (assignment: Assignment, report: Report) => Result,
): (assignment: Assignment, report: Report) => Result {
  const kindOf = ({ component }: { component: { kind: string } | null }) => component?.kind ?? 'seed'
  const relevant = new Set([...kinds, ...conditions.map(({ address }) => kindOf(address))])
  const numbers = new Map<Point, number>()
  const made = new Map<string, { result: Result; problems: Diagnostic[] }>()
  return (assignment, report) => {
    let key = ''
    for (const { parameter, point } of assignment.values()) {
      if (!relevant.has(kindOf(parameter.address))) continue
      if (!numbers.has(point)) numbers.set(point, numbers.size)
      key += `${numbers.get(point)} `
    }
    let known = made.get(key)
    if (known === undefined) {
      const problems: Diagnostic[] = []
      known = { result: workOut(assignment, (problem) => problems.push(problem)), problems }
      made.set(key, known)
    }
    known.problems.forEach(report)
    return known.result
  }
}
