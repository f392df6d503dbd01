import type { Diagnostic } from '../diagnostic.ts'
import { LATER_LAYERS, LAYERS } from '../schema/network.ts'
import type { Plain } from '../schema/type.ts'
import { layers } from '../schema/type.ts'
import type { Span } from '../source.ts'
import type { Value } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { checkForm } from './form.ts'
import { lookUp, type Report } from './report.ts'

/**
 * One element of a pipeline. A `reference` is the name of a neuron, found when its network is put together; of a
 * `failed` one a mistake was reported, and what stands beside it can still be checked.
 */
export type LayerItem =
  | { kind: 'failed'; span: Span }
  | { kind: 'flatten' | 'rate'; span: Span }
  | { kind: 'linear'; features: number; bias: boolean; span: Span }
  | { kind: 'reference'; name: string; span: Span }

/** Checks a pipeline element by element; shapes and the names of neurons come later. */
export function checkLayers(value: Value, subject: string, report: Report): Plain {
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
  const { path, args, body } = element
  const layer = lookUp(LAYERS, path.text)
  if (LATER_LAYERS.includes(path.text) || body !== null)
    return fail(wording.notYet(path.span, `the layer \`${path.text}\``))
  if (layer !== undefined) return { kind: 'failed', ...checkForm(element, layer, report) }
  if (args === null) return { kind: 'reference', name: path.text }
  return fail(wording.unknownForm(path, Object.keys(LAYERS)))
}
