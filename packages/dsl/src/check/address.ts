import { type ValueType, whole } from '../schema/type.ts'
import type { Span } from '../source.ts'
import type { Path, Value, Word } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import type { Component } from './component.ts'
import { lookUp, type Report } from './report.ts'
import { baseNames, componentAt, findComponent, type Scope } from './scope.ts'
import { numbersOf, ruleOf } from './uses.ts'
import { checkValue, isName } from './value.ts'

/** What a path points at: a block's base, a key, a parameter of a key's form, a figure of a network, or the seed. */
export interface Address {
  text: string
  span: Span
  component: Component | null
  key: string | null
  parameter: string | null
  /** `null` for a base. */
  type: ValueType | null
}

/** Figures of the static cost model, which `require` can compare. */
export const FIGURES = ['weights', 'parameters', 'neurons', 'synapses', 'macs'] as const
const figure = whole({ min: 0 })
const seed = whole({ min: 0, max: 2 ** 32 - 1 })

/** Finds what a path points at; `null` when something was reported. */
export function resolveAddress(path: Path, scope: Scope, report: Report): Address | null {
  const [first, key, parameter, ...more] = path.parts
  const address = { text: path.text, span: path.span, component: null, key: null, parameter: null }
  const unknown = (word: Word, known: Iterable<string>) => {
    if (!scope.uncertain) report(wording.unknownAddress(word.span, path.text, word.text, [...known]))
    return null
  }
  if (path.text === 'seed') return { ...address, key: 'seed', type: seed }
  const component = componentAt(scope, first.text)
  // Who writes the kind of a block that has a name means that block.
  const named = component === undefined ? scope.own.find(({ kind }) => kind === first.text) : undefined
  if (named !== undefined) {
    report(wording.addressedByKind(first.span, first.text, named.address))
    return null
  }
  if (component === undefined)
    return unknown(first, [...scope.own.map(({ address: at }) => at), ...scope.file.keys(), 'seed'])
  if (key === undefined) return { ...address, component, type: null }
  if (component.kind === 'network' && (FIGURES as readonly string[]).includes(key.text) && parameter === undefined) {
    return { ...address, component, key: key.text, type: figure }
  }
  const keyRule = ruleOf(component, key.text)
  if (keyRule === undefined) return unknown(key, knownKeys(component))
  if (parameter === undefined) return { ...address, component, key: key.text, type: keyRule.type }
  const forms = keyRule.type.takes === 'variant' ? Object.values(keyRule.type.options) : []
  const parameters = Object.assign({}, ...forms.map((form) => form.parameters)) as Record<string, { type: ValueType }>
  const type = lookUp(parameters, parameter.text)?.type
  if (type === undefined) return unknown(parameter, Object.keys(parameters))
  if (more.length > 0) return unknown(more[0], [])
  return { ...address, component, key: key.text, parameter: parameter.text, type }
}

function knownKeys(component: Component): string[] {
  const { keys, bases } = component.rule
  const own = Object.values(bases ?? {}).flatMap((base) => Object.keys(base.keys))
  return [...Object.keys(keys), ...own, ...numbersOf(component)]
}

/** Checks a value that an address is to have, or is compared with. */
export function checkAt(address: Address, value: Value, scope: Scope, report: Report) {
  const { component, type } = address
  if (type !== null) return checkValue(value, type, address.key ?? address.text, report)
  const { kind, rule } = component!
  if (rule.bases === null) {
    report(wording.baseNotTaken(address.span, kind))
    return undefined
  }
  if (!isName(value)) {
    report(
      wording.wrongKind(value, address.text, {
        takes: 'choice',
        noun: `the name of a ${wording.KIND_NOUNS[kind] ?? kind}`,
        options: {},
      }),
    )
    return undefined
  }
  const name = value.path.text
  if (Object.hasOwn(rule.bases, name)) {
    if (!rule.bases[name].sealed) return name
    report(wording.formatAlone(value.span, name))
    return undefined
  }
  if (rule.derives && findComponent(scope, kind, name, component!) !== undefined) return name
  if (!scope.uncertain) report(wording.unknownBase(value.span, kind, name, baseNames(scope, kind, component!)))
  return undefined
}

/** Whether an address is computed from a network instead of written in it. */
export function isFigure({ component, key }: Pick<Address, 'component' | 'key'>): boolean {
  return component?.kind === 'network' && (FIGURES as readonly (string | null)[]).includes(key)
}
