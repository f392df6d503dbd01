import { LAYERS } from '../schema/network.ts'
import type { Keys, ValueType } from '../schema/type.ts'
import { DIMENSIONS, UNITS } from '../schema/unit.ts'
import * as t from '../syntax/tokens.ts'
import { readAddress } from './address.ts'
import type { Reader } from './reader.ts'
import { type Declared, findLayer, numbersAsParameters, ownerOf, type Scope } from './scope.ts'
import { readBase } from './statement.ts'
import { KEYWORDS } from './words.ts'

/**
 * Reads a value of a type, `null` where the type is not known.
 * @param network the network whose numbers can stand for a number here
 */
export function readValue(reader: Reader, type: ValueType | null, network: Declared | null, scope: Scope): void {
  if (type?.takes === 'layers') {
    readLayers(reader, network, scope)
    return
  }
  if (type !== null) reader.must({ what: 'value', type, network })
  if (reader.sees(t.OpenBracket)) {
    const of = type?.takes === 'list' ? type.of : type
    readList(reader, () => readValue(reader, of, network, scope))
    return
  }
  if (reader.sees(t.NumberLiteral)) readQuantity(reader, type)
  else if (reader.accept(t.Text, 'text')) return
  else if (reader.sees(t.Name)) readName(reader, type, network, scope)
  if (reader.accept(t.Times)) readValue(reader, type, network, scope)
}

function readName(reader: Reader, type: ValueType | null, network: Declared | null, scope: Scope): void {
  const name = reader.next!.image
  switch (type?.takes) {
    case 'choice':
      reader.take(Object.hasOwn(type.options, name) ? 'option' : 'unknown', { doc: type.options[name] ?? '' })
      return
    case 'variant': {
      const form = Object.hasOwn(type.options, name) ? type.options[name] : null
      reader.take(form === null ? 'unknown' : 'form', { doc: form?.doc ?? '' })
      readArguments(reader, form?.parameters ?? {}, form?.positional ?? 0, network, scope)
      return
    }
    case 'list':
      readName(reader, type.of, network, scope)
      return
    case 'address':
      readAddress(reader, scope, { figures: false, seed: true })
      return
    case 'device':
      readBase(reader, 'device', null, scope)
      return
    case 'layer':
      reader.take('layer', { doc: `a layer of the network; ${LAYER_NAMES[name] ?? 'by its kind and number'}` })
      return
  }
  if (type?.takes === 'number' && network !== null)
    reader.take('variable', {
      target: { kind: 'number', component: ownerOf(scope, network), name },
      doc: 'a number of this network',
    })
  else reader.take('unknown')
  readArguments(reader, {}, 0, network, scope)
}

/** Layers that `protect` names by where they stand. */
export const LAYER_NAMES: Readonly<Record<string, string>> = {
  first: 'the first one with weights',
  last: 'the last one with weights',
}

/** Reads `[a, b]`. */
export function readList(reader: Reader, readItem: () => void): void {
  reader.must({ what: 'operator', signs: ['['] })
  if (!reader.accept(t.OpenBracket)) return
  do {
    if (reader.sees(t.CloseBracket)) break
    readItem()
    while (!reader.atEnd && !reader.sees(t.Comma, t.CloseBracket)) reader.skip()
  } while (reader.accept(t.Comma))
  reader.must()
  reader.accept(t.CloseBracket)
}

/** Reads a number with its unit. */
export function readQuantity(reader: Reader, type: ValueType | null): void {
  if (!reader.sees(t.NumberLiteral)) return
  reader.skip()
  if (type?.takes === 'number' || type?.takes === 'bounds') reader.may({ what: 'unit', dimensions: type.dimensions })
  if (!reader.sees(t.Unit, t.Percent)) return
  const name = reader.next!.image
  const doc = Object.hasOwn(UNITS, name) ? DIMENSIONS[UNITS[name].dimension].noun : ''
  reader.take('unit', { doc })
}

/** Reads `a -> b -> c`. */
function readLayers(reader: Reader, network: Declared | null, scope: Scope): void {
  do {
    reader.must({ what: 'layer' })
    if (reader.sees(t.Name)) readLayer(reader, network, scope)
    else while (!reader.atEnd && !reader.sees(t.Arrow, t.CloseBrace)) reader.skip()
  } while (reader.accept(t.Arrow))
  if (reader.atEnd) reader.may({ what: 'operator', signs: ['->'] })
}

function readLayer(reader: Reader, network: Declared | null, scope: Scope): void {
  const name = reader.next!.image
  const layer = Object.hasOwn(LAYERS, name) ? LAYERS[name] : null
  const component = layer === null ? findLayer(scope, name) : null
  if (layer !== null) reader.take('layer', { doc: layer.doc })
  else if (component !== null) reader.take('name', { doc: component.doc, target: { kind: 'component', component } })
  else reader.take('unknown')
  const parameters = component === null ? (layer?.parameters ?? {}) : numbersAsParameters(scope, component)
  const owner = component?.kind === 'network' ? component : null
  readArguments(reader, parameters, layer?.positional ?? 1, network, scope, owner)
  if (!readBranch(reader, network, scope)) return
  if (name === 'residual') reader.may({ what: 'word', words: ['shortcut'] })
  if (reader.accept(t.Shortcut, 'keyword', KEYWORDS.shortcut)) readBranch(reader, network, scope)
}

function readBranch(reader: Reader, network: Declared | null, scope: Scope): boolean {
  if (!reader.accept(t.OpenBrace)) return false
  readLayers(reader, network, scope)
  while (!reader.atEnd && !reader.sees(t.CloseBrace)) reader.skip()
  reader.must()
  reader.accept(t.CloseBrace)
  return true
}

/**
 * Reads `(64, stride = 2)`, if it is there.
 * @param owner the network whose numbers the parameters are
 */
function readArguments(
  reader: Reader,
  parameters: Keys,
  positional: number,
  network: Declared | null,
  scope: Scope,
  owner: Declared | null = null,
): void {
  if (!reader.accept(t.OpenParenthesis)) return
  const names = Object.keys(parameters)
  const given: string[] = []
  do {
    const free = names.filter((name) => !given.includes(name))
    const at = given.length < positional ? names[given.length] : undefined
    reader.may({ what: 'argument', parameters, given })
    if (at !== undefined && free.includes(at)) reader.may({ what: 'value', type: parameters[at].type, network })
    reader.must()
    if (reader.atEnd || reader.sees(t.CloseParenthesis)) break
    if (reader.sees(t.Name) && reader.seesAfter(t.Assign)) {
      const name = reader.next!.image
      const rule = Object.hasOwn(parameters, name) ? parameters[name] : null
      const target = owner === null ? null : ({ kind: 'number', component: ownerOf(scope, owner), name } as const)
      reader.take(rule === null ? 'unknown' : 'parameter', { doc: rule?.doc ?? '', rule, target })
      reader.accept(t.Assign)
      given.push(name)
      readValue(reader, rule?.type ?? null, network, scope)
    } else {
      given.push(at ?? '')
      readValue(reader, at === undefined ? null : parameters[at].type, network, scope)
    }
    while (!reader.atEnd && !reader.sees(t.Comma, t.CloseParenthesis)) reader.skip()
  } while (reader.accept(t.Comma))
  reader.must()
  reader.accept(t.CloseParenthesis)
}
