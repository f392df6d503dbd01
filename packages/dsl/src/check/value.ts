import { staysInside } from '@snnx/ir'
import { LATER_CHOICES } from '../schema/compress.ts'
import type { Plain, ValueType } from '../schema/type.ts'
import type { Call, List, TextValue, Value } from '../syntax/ast.ts'
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
      return value.node === 'list' ? checkList(value, type.of, subject, report) : wrong()
    case 'layers':
      return checkLayers(value, subject, report)
    case 'shares':
      return checkShares([value], subject, report)
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
  const later = lookUp(LATER_CHOICES, subject)?.includes(name)
  report(
    later
      ? wording.notYet(value.span, `\`${subject} = ${name}\``)
      : wording.unknownOption(value.path, subject, Object.keys(options)),
  )
  return undefined
}

/** A path with `/` between its parts, which leads nowhere but below the folder of the spec. */
function checkPath({ text, span }: TextValue, subject: string, report: Report): string | undefined {
  if (staysInside(text)) return text
  report(wording.leadsOut(span, subject, text))
  return undefined
}

function checkList(value: List, of: ValueType, subject: string, report: Report): Plain[] | undefined {
  const first = new Map<string, Value>()
  const items = value.items.map((item) => {
    const checked = checkValue(item, of, subject, report)
    if (checked === undefined) return undefined
    const key = item.node === 'call' ? item.path.text : JSON.stringify(checked)
    const earlier = first.get(key)
    if (earlier !== undefined) {
      report(wording.duplicateValue(item.span, key, earlier.span))
      return undefined
    }
    first.set(key, item)
    return checked
  })
  return items.includes(undefined) ? undefined : (items as Plain[])
}

/** Shares for the nodes of a bound, each below the one before; every node keeps its span. */
export function checkShares(values: readonly Value[], subject: string, report: Report): Plain | undefined {
  const type = { takes: 'number', dimensions: ['share'], noun: 'a share', limits: { above: 0, max: 1 } } as const
  let sound = true
  const nodes = values.map((value) => {
    if (value.node !== 'quantity') report(wording.wrongKind(value, subject, { ...type, dimensions: ['share'] }))
    const share =
      value.node === 'quantity' ? checkQuantity(value, { ...type, dimensions: ['share'] }, subject, report) : undefined
    if (share === undefined) sound = false
    return { share: share as number, span: { ...value.span } }
  })
  if (!sound) return undefined
  for (const [index, node] of nodes.entries()) {
    const before = nodes[index - 1]
    if (before !== undefined && node.share >= before.share) {
      report(wording.notDescending(node.span, before.span, subject))
      return undefined
    }
  }
  return nodes
}
