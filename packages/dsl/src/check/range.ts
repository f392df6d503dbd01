import { MAX_JOBS } from '../limits.ts'
import type { BoundsType, Limits, NumberType } from '../schema/type.ts'
import { formatQuantity, UNITS } from '../schema/unit.ts'
import type { Quantity, Range } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { checkQuantity } from './quantity.ts'
import { lookUp, type Report } from './report.ts'
import { numberOf } from './value.ts'

/** The numbers of a range in base units, and what they measure. */
export interface Expanded {
  type: NumberType
  values: number[]
}

/** The values of `a .. b`, both ends included: by `step` (1 when not said), or `log n` or `linear n` values. */
export function expandRange(
  range: Range,
  takes: NumberType | BoundsType,
  subject: string,
  report: Report,
): Expanded | undefined {
  const { from, to, spacing, span } = range
  const type = narrow(takes, from)
  const other = lookUp(UNITS, to.unit?.text ?? '')?.dimension
  if (other !== undefined && takes.dimensions.includes(other) && !type.dimensions.includes(other)) {
    report(wording.rangeOfTwo(to.span, other, from.span, type.dimensions[0]))
    return undefined
  }
  const start = checkQuantity(from, type, subject, report)
  const end = checkQuantity(to, type, subject, report)
  if (typeof start !== 'number' || typeof end !== 'number') return undefined
  const amount = spacing === null ? 1 : checkAmount(spacing.kind, spacing.amount, from, type, subject, report)
  if (amount === undefined) return undefined
  const fail = (problem: Parameters<Report>[0]) => {
    report(problem)
    return undefined
  }
  if (start > end) return fail(wording.emptyRange(span, from.span, to.span))
  if (spacing?.kind === 'log' && start <= 0) return fail(wording.logOfNothing(from.span))
  const unit = spacing === null && from.unit !== null ? unitSize(from, type, subject) : 1
  const step = spacing === null ? unit : amount
  const length = spacing === null || spacing.kind === 'step' ? Math.floor((end - start) / step + 1e-9) + 1 : amount
  if (length > MAX_JOBS) return fail(wording.tooManyValues(span, length, MAX_JOBS))
  const values = Array.from({ length }, (_, index) => {
    const share = length === 1 ? 0 : index / (length - 1)
    if (spacing === null || spacing.kind === 'step') return tidy(start + index * step)
    return tidy(spacing.kind === 'log' ? start * (end / start) ** share : start + (end - start) * share)
  })
  const broken = type.limits.whole ? values.find((value) => !Number.isInteger(value)) : undefined
  if (broken !== undefined)
    return fail(wording.rangeNotWhole(span, subject, formatQuantity(broken, type.dimensions[0])))
  return { type, values }
}

/** What both ends must be: of dimensions that do not turn into each other, the one that the start is written in. */
function narrow(type: NumberType | BoundsType, from: Quantity): NumberType {
  if (type.takes === 'bounds') return numberOf(type, from)
  const written = from.unit === null ? undefined : lookUp(UNITS, from.unit.text)?.dimension
  if ((written !== 'steps' && written !== 'seconds') || !type.dimensions.includes(written)) return type
  // A limit in steps says nothing of seconds; see `checkQuantity`.
  const foreign = written !== type.dimensions[0]
  return { ...type, dimensions: [written], limits: foreign ? { above: 0 } : type.limits }
}

/** A step in the unit of the range's start, or a number of values. */
function checkAmount(
  kind: 'step' | 'log' | 'linear',
  amount: Quantity,
  from: Quantity,
  type: NumberType,
  subject: string,
  report: Report,
): number | undefined {
  const limits: Limits = kind === 'step' ? { above: 0 } : { min: 2, max: MAX_JOBS, whole: true }
  const dimensions: NumberType['dimensions'] = kind === 'step' && amount.unit !== null ? type.dimensions : ['number']
  const noun = kind === 'step' ? type.noun : 'a number of values'
  const checked = checkQuantity(amount, { takes: 'number', dimensions, noun, limits }, kind, report)
  if (typeof checked !== 'number') return undefined
  return kind === 'step' && amount.unit === null ? checked * unitSize(from, type, subject) : checked
}

/** One of the unit that a quantity is written in, in base units. */
function unitSize(like: Quantity, type: NumberType, subject: string): number {
  const one = { ...like, number: 1, digits: { ...like.digits, text: '1' } }
  return checkQuantity(one, { ...type, limits: {} }, subject, () => {}) as number
}

/** Removes the noise of binary fractions: 0.1 + 0.2 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12))
}
