import { LATER_LAYERS, LAYERS } from '../schema/network.ts'
import type { Plain } from '../schema/type.ts'
import { layers } from '../schema/type.ts'
import type { Span } from '../source.ts'
import type { Value } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { lookUp, type Report } from './report.ts'
import { checkArguments } from './value.ts'

/** One element of a pipeline; a `reference` is the name of a neuron, found when its network is put together. */
export type LayerItem =
  | { kind: 'flatten' | 'rate'; span: Span }
  | { kind: 'linear'; features: number; bias: boolean; span: Span }
  | { kind: 'reference'; name: string; span: Span }

/** Checks a pipeline element by element; shapes and the names of neurons come later. */
export function checkLayers(value: Value, subject: string, report: Report): Plain | undefined {
  const elements = value.node === 'pipeline' ? value.elements : [value]
  const items = elements.map((element) => checkLayer(element, subject, report))
  return items.includes(undefined) ? undefined : (items as Plain[])
}

function checkLayer(element: Value, subject: string, report: Report): Plain | undefined {
  if (element.node !== 'call' || element.path.parts.length !== 1) {
    report(wording.wrongKind(element, subject, layers))
    return undefined
  }
  const name = element.path.text
  const span = { ...element.span }
  const layer = lookUp(LAYERS, name)
  if (LATER_LAYERS.includes(name) || element.body !== null) {
    report(wording.notYet(element.path.span, `the layer \`${name}\``))
    return undefined
  }
  if (layer === undefined) {
    if (element.args !== null) {
      report(wording.neuronArguments(element))
      return undefined
    }
    return { kind: 'reference', name, span }
  }
  const parameters = checkArguments(element, layer, report)
  return parameters === undefined ? undefined : { kind: name, ...parameters, span }
}
