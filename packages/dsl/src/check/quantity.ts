import type { Limits, NumberType, Plain } from '../schema/type.ts'
import { type Dimension, formatQuantity, toBase, UNITS } from '../schema/unit.ts'
import type { Span } from '../source.ts'
import type { Quantity } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { lookUp, type Report } from './report.ts'

/** A number with its unit in base units, within its limits; `undefined` when something was reported. */
export function checkQuantity(value: Quantity, type: NumberType, subject: string, report: Report): Plain | undefined {
  const { dimensions, limits } = type
  if (value.unit === null) {
    if (!dimensions.includes('number')) {
      report(wording.missingUnit(value, subject, type))
      return undefined
    }
    return checkLimits(value.number, value.span, 'number', limits, subject, report)
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
  const within = checkLimits(base, value.span, unit.dimension, inSeconds ? { above: 0 } : limits, subject, report)
  return inSeconds && within !== undefined ? { seconds: base } : within
}

/** A number within its limits; `undefined` when something was reported at `span`. */
export function checkLimits(
  number: number,
  span: Span,
  dimension: Dimension,
  limits: Limits,
  subject: string,
  report: Report,
): number | undefined {
  const { min, max, above, below, whole } = limits
  const format = (limit: number) => formatQuantity(limit, dimension)
  const problem = !Number.isFinite(number)
    ? wording.notFinite(span, subject)
    : min !== undefined && number < min
      ? wording.outOfRange(span, subject, `at least ${format(min)}`)
      : max !== undefined && number > max
        ? wording.outOfRange(span, subject, `at most ${format(max)}`)
        : above !== undefined && number <= above
          ? wording.outOfRange(span, subject, `more than ${format(above)}`)
          : below !== undefined && number >= below
            ? wording.outOfRange(span, subject, `less than ${format(below)}`)
            : whole === true && !Number.isInteger(number)
              ? wording.notWhole(span, subject)
              : null
  if (problem === null) return number
  report(problem)
  return undefined
}
