import type { Plain } from '../schema/type.ts'
import type { Condition } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { checkAt, isFigure, resolveAddress } from './address.ts'
import type { CheckedCondition, Component } from './component.ts'
import type { Report } from './report.ts'
import type { Scope } from './scope.ts'

/** Finds the address of a condition of `when` and checks what it is compared with. */
export function checkCondition(condition: Condition, scope: Scope, report: Report): CheckedCondition | null {
  const checked = checkRequirement(condition, scope, report)
  if (checked === null || !isFigure(checked.address)) return checked
  report(wording.figureInWhen(condition.path.span, condition.path.text))
  return null
}

/** The same for `require`, which can also compare what the cost model computes. */
export function checkRequirement(condition: Condition, scope: Scope, report: Report): CheckedCondition | null {
  const { path, comparison, operands, span } = condition
  const address = resolveAddress(path, scope, report)
  if (address === null) return null
  if ((comparison === '<=' || comparison === '>=') && address.type?.takes !== 'number') {
    report(wording.notOrdered(span, path.text, comparison))
    return null
  }
  const values = operands.map((operand) => checkAt(address, operand, scope, report))
  return values.includes(undefined) ? null : { address, comparison, operands: values as Plain[], span }
}

/** Whether a value meets a condition. */
export function meets(value: Plain | undefined, { comparison, operands }: CheckedCondition): boolean {
  const equals = (operand: Plain) => JSON.stringify(essence(operand)) === JSON.stringify(essence(value))
  if (comparison === '<=') return (value as number) <= (operands[0] as number)
  if (comparison === '>=') return (value as number) >= (operands[0] as number)
  return comparison === '!=' ? !equals(operands[0]) : operands.some(equals)
}

/** Whether the conditions leave room for this base of the component. */
export function admitsBase(conditions: readonly CheckedCondition[], component: Component, base: string): boolean {
  return conditions.every((condition) => {
    const { address } = condition
    return address.component !== component || address.key !== null || meets(base, condition)
  })
}

/** What is compared: of a form with parameters its name. */
function essence(value: Plain | undefined): Plain | undefined {
  return typeof value === 'object' && 'kind' in value ? value.kind : value
}
