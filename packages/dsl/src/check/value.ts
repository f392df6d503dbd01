import { staysInside } from '@snnx/ir'
import type { BoundsType, ListType, NumberType, Plain, ValueType } from '../schema/type.ts'
import { type Dimension, UNITS } from '../schema/unit.ts'
import type { Span } from '../source.ts'
import type { Call, List, Quantity, TextValue, Value } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { checkVariant } from './form.ts'
import { checkLayers } from './layers.ts'
import { checkQuantity } from './quantity.ts'
import { lookUp, type Report } from './report.ts'

/**
 * Checks a value against what `subject` (a key, a parameter, an address) takes.
 * @returns the value as plain data, or `undefined` when something was reported.
 */
export function checkValue(value: Value, type: ValueType, subject: string, report: Report): Plain | undefined {
  const wrong = () => {
    report(wording.wrongKind(value, subject, type))
    return undefined
  }
  switch (type.takes) {
    case 'number':
      return value.node === 'quantity' ? checkQuantity(value, type, subject, report) : wrong()
    case 'choice':
      return isName(value) ? checkChoice(value, type.options, subject, report) : wrong()
    case 'variant':
      return value.node === 'call' && value.body === null && value.path.parts.length === 1
        ? checkVariant(value, type.options, subject, report)
        : wrong()
    case 'layer':
      return isName(value) ? { name: value.path.text, span: { ...value.span } } : wrong()
    case 'address':
      return value.node === 'call' && value.args === null
        ? { address: value.path.text, span: { ...value.span } }
        : wrong()
    case 'path':
      return value.node === 'text' ? checkPath(value, subject, report) : wrong()
    case 'list':
      return value.node === 'list' ? checkList(value, type, subject, report) : wrong()
    case 'layers':
      return checkLayers(value, subject, report)
    case 'device':
      return isName(value) ? { name: value.path.text, span: { ...value.span } } : wrong()
    case 'bounds':
      return checkBounds([value], type, subject, report)
  }
}

/** A word by itself, without dots, arguments or body. */
export function isName(value: Value): value is Call {
  return value.node === 'call' && value.args === null && value.body === null && value.path.parts.length === 1
}

function checkChoice(
  value: Call,
  options: Readonly<Record<string, string>>,
  subject: string,
  report: Report,
): Plain | undefined {
  const name = value.path.text
  if (Object.hasOwn(options, name)) {
    return Object.hasOwn(options, 'on') ? name === 'on' : name
  }
  report(wording.unknownOption(value.path, subject, Object.keys(options)))
  return undefined
}

/** A path with `/` between its parts, which leads nowhere but below the folder of the spec. */
function checkPath({ text, span }: TextValue, subject: string, report: Report): string | undefined {
  if (staysInside(text)) return text
  report(wording.leadsOut(span, subject, text))
  return undefined
}

function checkList(value: List, type: ListType, subject: string, report: Report): Plain[] | undefined {
  const first = new Map<string, Value>()
  const items = value.items.map((item) => {
    const checked = checkValue(item, type.of, subject, report)
    if (checked === undefined) return undefined
    const key = item.node === 'call' ? item.path.text : JSON.stringify(checked)
    const earlier = type.ordered ? undefined : first.get(key)
    if (earlier !== undefined) {
      report(wording.duplicateValue(item.span, key, earlier.span))
      return undefined
    }
    first.set(key, item)
    return checked
  })
  return items.includes(undefined) ? undefined : (items as Plain[])
}

/** One limit of a bound: in base units, and what it measures. */
export interface Limit {
  value: number
  dimension: Dimension
  span: Span
}

/** Limits for the nodes of a bound, each below the one before; every node keeps its span. */
export function checkBounds(
  values: readonly Value[],
  type: BoundsType,
  subject: string,
  report: Report,
): Plain | undefined {
  const limits: Limit[] = []
  for (const value of values) {
    if (value.node !== 'quantity') {
      report(wording.wrongKind(value, subject, type))
      continue
    }
    const limit = checkLimit(value, type, subject, report)
    if (limit !== undefined) limits.push(limit)
  }
  if (limits.length < values.length) return undefined
  for (const [index, { value, dimension, span }] of limits.entries()) {
    const before = limits[index - 1]
    if (before === undefined || (dimension === before.dimension && value < before.value)) continue
    report(wording.notDescending(span, before.span, subject))
    return undefined
  }
  return limits as unknown as Plain
}

function checkLimit(value: Quantity, type: BoundsType, subject: string, report: Report): Limit | undefined {
  const number = numberOf(type, value)
  const checked = checkQuantity(value, number, subject, report)
  return typeof checked === 'number'
    ? { value: checked, dimension: number.dimensions[0], span: { ...value.span } }
    : undefined
}

/** What a limit that is written like this must be: an amount in one of the bound's dimensions, or a share of at most all. */
export function numberOf({ dimensions, noun }: BoundsType, { unit }: Quantity): NumberType {
  const written = unit === null ? 'number' : lookUp(UNITS, unit.text)?.dimension
  if (written === 'share' && dimensions.includes('share'))
    return { takes: 'number', dimensions: ['share'], noun, limits: { above: 0, max: 1 } }
  // `20000` and `20 k` are the same amount.
  const amounts = dimensions.filter((dimension) => dimension !== 'share')
  const known = written !== undefined && dimensions.includes(written)
  return { takes: 'number', dimensions: known ? amounts : dimensions, noun, limits: { above: 0 } }
}
