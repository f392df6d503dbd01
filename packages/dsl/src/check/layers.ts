import type { Diagnostic } from '../diagnostic.ts'
import { LAYERS } from '../schema/network.ts'
import { amount, layers, type NumberType, type Plain, plain, type ValueType } from '../schema/type.ts'
import type { Span } from '../source.ts'
import type { Argument, Call, Value } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { checkForm } from './form.ts'
import { checkQuantity } from './quantity.ts'
import { lookUp, type Report } from './report.ts'
import { checkValue, isName } from './value.ts'

/** A number of a network by its name. */
export interface NumberName {
  name: string
  span: Span
}

/** A number of a layer: written, or made of the network's numbers, which are known once it is put together. */
export type Amount = number | { factors: (number | NumberName)[]; span: Span }

/** What a network that is used as a layer is given for one of its numbers. */
export interface Assigned {
  /** Without it the network's first number is meant. */
  name?: NumberName
  amount: Amount
  span: Span
}

/**
 * One element of a pipeline. A `reference` is the name of a neuron or network, found when its network is put together;
 * of a `failed` one a mistake was reported, and what stands beside it can still be checked.
 */
export type LayerItem = { span: Span } & (
  | { kind: 'failed' }
  | { kind: 'flatten' | 'global_pool' | 'rate' }
  | { kind: 'linear'; features: Amount; bias: boolean }
  | { kind: 'conv'; channels: Amount; kernel: Amount; stride: Amount; padding?: Amount; bias: boolean }
  | { kind: 'norm'; epsilon: Amount; momentum: Amount }
  | { kind: 'max_pool' | 'avg_pool'; size: Amount; stride?: Amount; padding: Amount }
  | { kind: 'dropout'; probability: Amount }
  | { kind: 'vote'; classes: Amount }
  | { kind: 'repeat'; times: Amount; body: LayerItem[] }
  | { kind: 'residual'; body: LayerItem[]; shortcut: LayerItem[] }
  | { kind: 'reference'; name: string; given: Assigned[] }
)

/** Checks a pipeline element by element; shapes, numbers of the network, and the names of neurons and networks come later. */
export function checkLayers(value: Value, subject: string, report: Report): Plain[] {
  const elements = value.node === 'pipeline' ? value.elements : [value]
  return elements.map((element) => ({ ...checkLayer(element, subject, report), span: { ...element.span } }))
}

function checkLayer(element: Value, subject: string, report: Report): Record<string, Plain> {
  const fail = (problem: Diagnostic) => {
    report(problem)
    return { kind: 'failed' }
  }
  if (element.node !== 'call' || element.path.parts.length !== 1)
    return fail(wording.wrongKind(element, subject, layers))
  const { path, body, shortcut } = element
  const layer = lookUp(LAYERS, path.text)
  const holds = layer?.holds === true
  if (holds !== (body !== null)) return fail(wording.wrongBody(element, holds))
  if (shortcut !== null && path.text !== 'residual') return fail(wording.shortcutNotTaken(shortcut.span, path.text))
  if (layer === undefined) return checkReference(element, report)
  const branch = (value: Value | null) => (value === null ? [] : checkLayers(value, path.text, report))
  const branches = {
    ...(holds && { body: branch(body) }),
    ...(path.text === 'residual' && { shortcut: branch(shortcut) }),
  }
  return { kind: 'failed', ...checkForm(element, layer, report, checkParameter), ...branches }
}

function checkReference({ path, args }: Call, report: Report): Record<string, Plain> {
  const given = (args ?? []).map(({ name, value, span }: Argument) => {
    const checked = checkAmount(value, amount, name?.text ?? path.text, report)
    return {
      ...(name !== null && { name: { name: name.text, span: { ...name.span } } }),
      amount: checked,
      span: { ...span },
    }
  })
  if (given.some(({ amount }) => amount === undefined)) return { kind: 'failed' }
  return { kind: 'reference', name: path.text, given: given as Plain[] }
}

function checkParameter(value: Value, type: ValueType, subject: string, report: Report): Plain | undefined {
  return type.takes === 'number' ? checkAmount(value, type, subject, report) : checkValue(value, type, subject, report)
}

function checkAmount(value: Value, type: NumberType, subject: string, report: Report): Plain | undefined {
  if (value.node === 'quantity') return checkQuantity(value, type, subject, report)
  const written = value.node === 'product' ? value.factors : [value]
  const factors = written.map((factor): Plain | undefined => {
    if (factor.node === 'quantity') return checkQuantity(factor, plain(), subject, report)
    if (isName(factor)) return { name: factor.path.text, span: { ...factor.span } }
    report(wording.wrongKind(factor, subject, type))
    return undefined
  })
  return factors.includes(undefined) ? undefined : { factors: factors as Plain[], span: { ...value.span } }
}
