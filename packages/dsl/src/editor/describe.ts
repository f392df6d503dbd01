import type { Limit } from '../check/value.ts'
import { describeType, describeVariant, showValue } from '../reference.ts'
import type { Plain, Rule, Variant } from '../schema/type.ts'
import { formatQuantity } from '../schema/unit.ts'

/** What a key or parameter is, in Markdown, from its rule. */
export function describeRule({ doc, type, default: value, optional, fact }: Rule): string {
  const needed = fact ? 'said by `std`' : optional ? 'may be left out' : 'needed'
  const usual = value === undefined ? needed : `default \`${showValue(value, type)}\``
  return `${doc}\n\n${describeType(type)}; ${usual}`
}

/** What a form is, with its parameters. */
export function describeForm(name: string, form: Variant): string {
  return describeVariant([name, form])
}

/** A checked value as one would write it; `null` where it is no simple one. */
export function showPlain(value: Plain | undefined, { type }: Rule): string | null {
  if (value === undefined || type.takes === 'layers') return null
  if (type.takes === 'list') {
    const items = (value as Plain[]).map((item) => showItem(item) ?? showPlain(item, { type: type.of, doc: '' }))
    return `[${items.join(', ')}]`
  }
  if (type.takes === 'bounds') {
    const limits = value as unknown as Limit[]
    return limits.map((limit) => formatQuantity(limit.value, limit.dimension)).join(' then ')
  }
  return showItem(value) ?? showValue(value, type)
}

function showItem(value: Plain): string | null {
  if (typeof value !== 'object' || Array.isArray(value)) return null
  const name = value.name ?? value.address
  return typeof name === 'string' ? name : null
}

/** A number as a person reads it: 1,200; 12.3 M. */
export function showCount(count: number): string {
  const powers = [
    [1e15, 'P'],
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
  ] as const
  const found = powers.find(([power]) => count >= power)
  if (found !== undefined) return `${Number((count / found[0]).toPrecision(3))} ${found[1]}`
  return Number(count.toFixed(2)).toLocaleString('en')
}
