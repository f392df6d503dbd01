import type { Component } from '../check/component.ts'
import type { LayerItem } from '../check/layers.ts'
import type { Report } from '../check/report.ts'
import type { Scope } from '../check/scope.ts'
import type { Plain } from '../schema/type.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import { evaluate, originOf } from './amount.ts'
import type { Assignment } from './assignment.ts'
import { type Frame, numbersIn, placeIn } from './frame.ts'
import { type Settled, settle } from './settle.ts'

type Reference = Extract<LayerItem, { kind: 'reference' }>

/** A network that is a layer of another, with the numbers that it is given there. */
export interface Part {
  items: LayerItem[]
  frame: Frame
  /** Nothing was reported of its block. */
  sound: boolean
}

/** Goes into a network that is a layer of another; `null` when something was reported, so that its layers are not known. */
export function enterPart(
  component: Component,
  item: Reference,
  outer: Frame,
  assignment: Assignment,
  scope: Scope,
  report: Report,
): Part | null {
  const { span } = placeIn(outer, item.span)
  for (let frame: Frame | null = outer; frame !== null; frame = frame.outer) {
    if (frame.component !== component) continue
    report(wording.containsItself(span, item.name))
    return null
  }
  const settled = settle(component, assignment, scope, report)
  const given = matchNumbers(component, item, settled, outer, report)
  const items = settled.values.layers as unknown as LayerItem[] | undefined
  if (given === null || items === undefined) return null
  const frame: Frame = {
    component,
    author: settled.authors.layers ?? component,
    name: item.name,
    values: { ...settled.values, ...given.values },
    spans: { ...settled.spans, ...given.spans },
    inText: settled.spans.layers !== undefined,
    at: span,
    outer,
  }
  return { items, frame, sound: settled.complete }
}

/** Reports what a network says that has no meaning where it is a layer of another. */
export function checkPart({ frame: { component, name, spans, at } }: Part, report: Report): boolean {
  const misplaced = ['steps', 'dt'].filter((key) => isWritten(component, key) || spans[key] !== undefined)
  for (const key of misplaced) report(wording.partWithKey(spans[key] ?? at, key, name, at))
  return misplaced.length === 0
}

/** Whether a key stands in the block of a component, or of one that it is built on. */
function isWritten({ entries, parent }: Component, key: string): boolean {
  return entries.some((entry) => entry.key === key) || (parent !== null && isWritten(parent, key))
}

/** The numbers that a part is given: the first one may go without its name. */
function matchNumbers(
  component: Component,
  { name: network, given }: Reference,
  { values: defaults }: Settled,
  outer: Frame,
  report: Report,
): Pick<Frame, 'values' | 'spans'> | null {
  const names = numbersIn({ component, values: defaults })
  const values: Record<string, Plain> = {}
  const spans: Record<string, Span | undefined> = {}
  let sound = true
  for (const [index, { name: written, amount, span }] of given.entries()) {
    const name = written?.name ?? (index === 0 ? names[0] : undefined)
    const at = placeIn(outer, (written ?? { span }).span).span
    const value = name !== undefined && names.includes(name) ? evaluate(amount, outer, report) : null
    if (name === undefined) report(wording.unnamedArgument({ span: at }, network, names.slice(1), index === 0))
    else if (!names.includes(name)) report(wording.unknownParameter({ text: name, span: at }, network, names))
    else if (Object.hasOwn(values, name)) report(wording.duplicateKey(at, name, spans[name] ?? at))
    else if (value !== null) {
      values[name] = value
      spans[name] = typeof amount !== 'number' ? originOf(amount, outer) : placeIn(outer, span).span
      continue
    }
    sound = false
  }
  return sound ? { values, spans } : null
}
