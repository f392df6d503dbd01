import type { FIGURES } from '../check/address.ts'
import { type Rule, type ValueType, whole } from '../schema/type.ts'
import * as t from '../syntax/tokens.ts'
import type { Reader } from './reader.ts'
import { componentAt, type Declared, isNumber, ownerOf, ruleIn, type Scope } from './scope.ts'
import { readBase } from './statement.ts'
import { readList, readQuantity, readValue } from './value.ts'
import { KEYWORDS } from './words.ts'

/** What an address points at: a value of a type, or (`base`) what a component is built on. */
export interface Address {
  type: ValueType | null
  component: Declared | null
  base: boolean
}

export interface Allowed {
  /** Figures that are computed of a network. */
  figures: boolean
  seed: boolean
}

export const FIGURE_DOCS: Readonly<Record<(typeof FIGURES)[number], string>> = {
  weights: 'weights that can be pruned, computed of the network',
  parameters: 'all that is learned, computed of the network',
  neurons: 'neurons, computed of the network',
  synapses: 'connections, those of a convolution at every position, computed of the network',
  macs: 'multiply-accumulates of one inference of the dense network',
}
const number = whole()

/** Reads `seed`, `mlp`, `mlp.steps` or `train.optimizer.lr`. */
export function readAddress(reader: Reader, scope: Scope, { figures, seed }: Allowed): Address {
  const unknown = { type: null, component: null, base: false }
  reader.must({ what: 'address', parts: [], figures, seed })
  if (!reader.sees(t.Name)) return unknown
  const first = reader.next!.image
  const component = componentAt(scope, first)
  if (first === 'seed' && component === null) {
    reader.take('keyword', { doc: KEYWORDS.seed })
    return { ...unknown, type: number }
  }
  if (component === null) reader.take('unknown')
  else {
    const doc = component.doc || scope.schema[component.kind].doc
    reader.take('name', { doc, target: { kind: 'component', component } })
  }
  if (!reader.sees(t.Dot)) return { ...unknown, component, base: component !== null }
  reader.skip()
  reader.must({ what: 'address', parts: [first], figures, seed })
  if (!reader.sees(t.Name)) return unknown
  const key = reader.next!.image
  const rule = readKey(reader, component, key, scope)
  if (!reader.sees(t.Dot)) return { ...unknown, component, type: rule?.type ?? null }
  reader.skip()
  reader.must({ what: 'address', parts: [first, key], figures, seed })
  if (!reader.sees(t.Name)) return unknown
  const parameter = parametersOf(rule?.type ?? null)[reader.next!.image]
  reader.take(parameter === undefined ? 'unknown' : 'parameter', parameter && { doc: parameter.doc, rule: parameter })
  return { ...unknown, component, type: parameter?.type ?? null }
}

/** The parameters of all forms that a key can have. */
export function parametersOf(type: ValueType | null): Readonly<Record<string, Rule>> {
  const forms = type?.takes === 'variant' ? Object.values(type.options) : []
  return Object.assign({}, ...forms.map(({ parameters }) => parameters))
}

function readKey(reader: Reader, component: Declared | null, key: string, scope: Scope): Rule | null {
  if (component?.kind === 'network' && Object.hasOwn(FIGURE_DOCS, key)) {
    reader.take('figure', { doc: FIGURE_DOCS[key as (typeof FIGURES)[number]] })
    return { type: number, doc: '' }
  }
  const rule = component === null ? null : ruleIn(scope, component, key)
  if (component === null || rule === null) reader.take('unknown')
  else if (isNumber(scope, component, key))
    reader.take('variable', {
      doc: rule.doc,
      rule,
      target: { kind: 'number', component: ownerOf(scope, component), name: key },
    })
  else reader.take('key', { doc: rule.doc, rule, target: { kind: 'key', component, name: key } })
  return rule
}

/** Reads `compress == minimax` or `compress in [minimax, gradual]`. */
export function readCondition(reader: Reader, scope: Scope, figures: boolean): void {
  const address = readAddress(reader, scope, { figures, seed: true })
  const ordered = address.type === null || address.type.takes === 'number'
  reader.must({
    what: 'operator',
    signs: ordered && !address.base ? ['==', '!=', '<=', '>=', 'in'] : ['==', '!=', 'in'],
  })
  if (reader.accept(t.In, 'keyword', KEYWORDS.in)) readList(reader, () => readAt(reader, address, scope))
  else if (reader.sees(t.Equal, t.Unequal, t.AtMost, t.AtLeast)) {
    reader.skip()
    readAt(reader, address, scope)
  }
}

/** Reads what an address is swept over: `[a, b]`, or `1 .. 5 step 2`. */
export function readDomain(reader: Reader, address: Address, scope: Scope): void {
  const { type } = address
  if (reader.atEnd) reader.must({ what: 'operator', signs: ['['] })
  if (reader.sees(t.OpenBracket)) {
    readList(reader, () => readAt(reader, address, scope))
    return
  }
  readQuantity(reader, type)
  if (reader.atEnd) reader.must({ what: 'operator', signs: ['..'] })
  if (!reader.accept(t.Range)) return
  readQuantity(reader, type)
  reader.may({ what: 'word', words: ['step', 'log', 'linear'] })
  if (!reader.sees(t.Spacing)) return
  reader.take('keyword', { doc: KEYWORDS[reader.next!.image] })
  readQuantity(reader, type)
}

/** Reads one value that an address can have. */
function readAt(reader: Reader, { type, component, base }: Address, scope: Scope): void {
  if (!base || component === null) {
    readValue(reader, type, null, scope)
    return
  }
  reader.must({ what: 'base', kind: component.kind, component })
  if (reader.sees(t.Name)) readBase(reader, component.kind, component, scope)
}
