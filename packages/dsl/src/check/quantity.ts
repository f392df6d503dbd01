import type { Limits, Plain, ValueType } from '../schema/type.ts'
import { type Dimension, formatQuantity, toBase, UNITS } from '../schema/unit.ts'
import type { Quantity } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { lookUp, type Report } from './report.ts'

type NumberType = Extract<ValueType, { takes: 'number' }>

/** A number with its unit in base units, within its limits; `undefined` when something was reported. */
export function checkQuantity(value: Quantity, type: NumberType, subject: string, report: Report): Plain | undefined {
  const { dimensions, limits } = type
  if (value.unit === null) {
    if (!dimensions.includes('number')) {
      report(wording.missingUnit(value, subject, type))
      return undefined
    }
    return checkLimits(value.number, value, 'number', limits, subject, report)
  }
  const unit = lookUp(UNITS, value.unit.text)
  if (unit === undefined) {
    report(wording.unknownUnit(value.unit, subject, type))
    return undefined
  }
  if (!dimensions.includes(unit.dimension)) {
    report(wording.wrongUnit(value, subject, type, unit.dimension))
    return undefined
  }
  const base = toBase(value.digits.text, unit)
  const inSeconds = unit.dimension === 'seconds' && dimensions.length > 1
  // A limit in steps says nothing of seconds; what they are in steps is checked once `dt` is known.
  const within = checkLimits(base, value, unit.dimension, inSeconds ? { above: 0 } : limits, subject, report)
  return inSeconds && within !== undefined ? { seconds: base } : within
}

function checkLimits(
  number: number,
  value: Quantity,
  dimension: Dimension,
  limits: Limits,
  subject: string,
  report: Report,
): number | undefined {
  const { min, max, above, below, whole } = limits
  const format = (limit: number) => formatQuantity(limit, dimension)
  const problem = !Number.isFinite(number)
    ? wording.notFinite(value.span, subject)
    : min !== undefined && number < min
      ? wording.outOfRange(value.span, subject, `at least ${format(min)}`)
      : max !== undefined && number > max
        ? wording.outOfRange(value.span, subject, `at most ${format(max)}`)
        : above !== undefined && number <= above
          ? wording.outOfRange(value.span, subject, `more than ${format(above)}`)
          : below !== undefined && number >= below
            ? wording.outOfRange(value.span, subject, `less than ${format(below)}`)
            : whole === true && !Number.isInteger(number)
              ? wording.notWhole(value, subject)
              : null
  if (problem === null) return number
  report(problem)
  return undefined
}
