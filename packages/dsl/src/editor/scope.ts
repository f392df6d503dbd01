import type { IToken } from 'chevrotain'
import { LAYERS } from '../schema/network.ts'
import { anyRule, keysOf, type Schema } from '../schema/schema.ts'
import { amount, type Keys, type Rule } from '../schema/type.ts'
import type { Source } from '../source.ts'
import { docAbove } from '../syntax/doc.ts'
import { spanOf } from '../syntax/layout.ts'
import { Colon, Doc, In, Name } from '../syntax/tokens.ts'
import { type Line, linesOf, type Outline, type Region } from './outline.ts'

/** A block of a text, read off its head, so that it is known however broken the rest is. */
export interface Declared {
  kind: string
  /** Its name, or else its kind. */
  address: string
  name: IToken | null
  base: string | null
  line: Line
  /** Its `///` lines. */
  doc: string
  /** The file it stands in; `null`: the text itself. */
  source: Source | null
  /** The words of its layers that are no layers: numbers of the network. */
  numbers: readonly string[]
  /** What an imported file gives to what stands in it, before the text's own names. */
  beside: readonly Named[]
}

/** A component by the name that the text calls it. */
export interface Named {
  name: string
  component: Declared
  /** The statement that imports it. */
  use: Line | null
}

/** A component by its own name. */
export function named(component: Declared): Named {
  return { name: component.address, component, use: null }
}

/** All names of a text: those of its experiment, of the file around it and its imports, and of `std/`. */
export interface Scope {
  schema: Schema
  own: readonly Declared[]
  file: readonly Named[]
  library: readonly Declared[]
  sweeps: readonly Region[]
  /** What was looked up before, so that the cost of a text stays linear. */
  index: Index
}

/** Names that are looked up for every word of a text. */
export interface Index {
  byName: ReadonlyMap<string, readonly Declared[]>
  byAddress: ReadonlyMap<string, Declared>
  byLine: ReadonlyMap<Line, Declared>
  keys: Map<Declared, Keys>
}

/** Indexes the names of a scope. */
export function createScope(scope: Omit<Scope, 'index'>): Scope {
  const byName = new Map<string, Declared[]>()
  for (const { name, component } of visible(scope)) {
    const same = byName.get(name)
    if (same === undefined) byName.set(name, [component])
    else same.push(component)
  }
  const all = [...scope.own, ...scope.file.map(({ component }) => component)]
  const byAddress = new Map(addresses(scope).map(({ name, component }) => [name, component]))
  const byLine = new Map(all.map((component) => [component.line, component]))
  return { ...scope, index: { byName, byAddress, byLine, keys: new Map() } }
}

const NUMBER: Rule = { type: amount, optional: true, doc: 'a number that the layers of this network refer to' }

/** The blocks directly in a region. */
export function declarations(
  region: Region,
  { text, comments }: Outline,
  schema: Schema,
  source: Source | null,
): Declared[] {
  const docs = comments.filter(({ tokenType }) => tokenType === Doc)
  return region.lines.flatMap((line): Declared[] => {
    const [kind, name] = line.tokens
    if (kind?.tokenType !== Name || !Object.hasOwn(schema, kind.image) || isSetting(line)) return []
    const named = name?.tokenType === Name ? name : null
    const colon = line.tokens[named === null ? 1 : 2]
    const base = colon?.tokenType === Colon ? line.tokens[named === null ? 2 : 3] : undefined
    return [
      {
        kind: kind.image,
        address: named?.image ?? kind.image,
        name: named,
        base: base?.tokenType === Name ? base.image : null,
        line,
        doc: docAbove(text, docs, kind.startOffset),
        source,
        numbers: kind.image === 'network' ? numbersIn(line) : [],
        beside: [],
      },
    ]
  })
}

/** The named components that a place in the text can refer to, nearest first. */
function visible({ own, file, library }: Omit<Scope, 'index'>, from: Declared | null = null): Named[] {
  const byName = (components: readonly Declared[]) =>
    components.flatMap((component) => (component.name === null ? [] : [named(component)]))
  return [...(from?.beside ?? []), ...byName(own), ...file, ...byName(library)]
}

/** What a component of a kind can be built on under a name. */
export function findBase(scope: Scope, kind: string, name: string, except: Declared | null): Declared | null {
  const fits = (component: Declared) => component.kind === kind && component !== except
  const beside = except?.beside.filter((other) => other.name === name).map(({ component }) => component) ?? []
  return beside.find(fits) ?? scope.index.byName.get(name)?.find(fits) ?? null
}

/** The components that a component of a kind can be built on. */
export function listBases(scope: Scope, kind: string, except: Declared | null): Named[] {
  if (!scope.schema[kind]?.derives) return []
  return firstOfEach(visible(scope, except).filter(({ component }) => component.kind === kind && component !== except))
}

/** The neurons and networks that can stand among layers. */
export function listLayers(scope: Scope): Named[] {
  return firstOfEach(visible(scope).filter(({ component: { kind } }) => kind === 'neuron' || kind === 'network'))
}

/** The neuron or network that stands among layers under a name. */
export function findLayer({ index }: Scope, name: string): Declared | null {
  return index.byName.get(name)?.find(({ kind }) => kind === 'neuron' || kind === 'network') ?? null
}

/** What can be addressed, by its address. */
export function listAddresses(scope: Scope): Named[] {
  return addresses(scope)
}

/** The component at an address. */
export function componentAt({ index }: Scope, address: string): Declared | null {
  return index.byAddress.get(address) ?? null
}

/** The component that a block's head declares. */
export function declaredBy({ index }: Scope, line: Line): Declared | null {
  return index.byLine.get(line) ?? null
}

/** What a component is built on, itself first, as far as that is known and no circle. */
export function chainOf(scope: Scope, component: Declared): Declared[] {
  const chain = [component]
  for (let at: Declared | null = component; at?.base != null; ) {
    at = findBase(scope, at.kind, at.base, at)
    if (at === null || chain.includes(at)) break
    chain.push(at)
  }
  return chain
}

/** The language's own bases that a component can have: what it ends on, and what sweeps put in its place. */
export function rootBases(scope: Scope, component: Declared): string[] {
  const { bases } = scope.schema[component.kind]
  const last = chainOf(scope, component).at(-1)!
  const swept = sweptBases(scope, component).flatMap((name) => {
    const parent = findBase(scope, component.kind, name, component)
    return parent === null ? [name] : rootBases({ ...scope, sweeps: [] }, parent)
  })
  return [last.base, ...swept].filter(
    (base) => base !== null && bases !== null && Object.hasOwn(bases, base),
  ) as string[]
}

/** The names of the numbers of a network and of what it is built on. */
export function numbersOf(scope: Scope, component: Declared): string[] {
  return [...new Set(chainOf(scope, component).flatMap(({ numbers }) => numbers))]
}

/** All keys of a component, for any base that it can have; a network's numbers among them. */
export function keysIn(scope: Scope, component: Declared): Keys {
  const known = scope.index.keys.get(component)
  if (known !== undefined) return known
  const rule = scope.schema[component.kind]
  const keys = [null, ...rootBases(scope, component)].map((base) => keysOf(rule, base))
  const numbers = numbersOf(scope, component).map((name) => [name, NUMBER] as const)
  const found: Keys = Object.assign(Object.fromEntries(numbers), ...keys)
  scope.index.keys.set(component, found)
  return found
}

/** The rule of a key, of another base if this one has none. */
export function ruleIn(scope: Scope, component: Declared, key: string): Rule | null {
  const keys = keysIn(scope, component)
  if (Object.hasOwn(keys, key)) return keys[key]
  return anyRule(scope.schema[component.kind], key) ?? null
}

/** Whether a key of a component is a number of its network. */
export function isNumber(scope: Scope, component: Declared, key: string): boolean {
  const { kind } = component
  return (
    kind === 'network' && !Object.hasOwn(scope.schema.network.keys, key) && numbersOf(scope, component).includes(key)
  )
}

/** The network that a number belongs to: what the others are built on has the same one. */
export function ownerOf(scope: Scope, component: Declared): Declared {
  return chainOf(scope, component).at(-1)!
}

/** The numbers of a network as the parameters of a layer. */
export function numbersAsParameters(scope: Scope, component: Declared): Keys {
  return Object.fromEntries(numbersOf(scope, component).map((name) => [name, NUMBER]))
}

function sweptBases(scope: Scope, component: Declared): string[] {
  return scope.sweeps.flatMap((region) =>
    [...linesOf(region)].flatMap(({ tokens }) =>
      tokens[0]?.image === component.address && tokens[1]?.tokenType === In
        ? tokens.filter(({ tokenType }, index) => index > 1 && tokenType === Name).map(({ image }) => image)
        : [],
    ),
  )
}

/** Words in the arguments of layers where a number goes. */
function numbersIn({ body }: Line): string[] {
  const names: string[] = []
  for (const { tokens } of body === null ? [] : linesOf(body)) {
    if (tokens[0]?.image !== 'layers') continue
    let layer: IToken | null = null
    let parameter: string | null = null
    let depth = 0
    for (const [index, token] of tokens.entries()) {
      if (token.image === '(') {
        if (depth++ === 0) layer = tokens[index - 1] ?? null
      } else if (token.image === ')') depth--
      if (token.image === '(' || token.image === ',') parameter = null
      if (depth === 0 || token.tokenType !== Name) continue
      if (tokens[index + 1]?.image === '=') parameter = token.image
      else if (takesNumber(layer?.image, parameter)) names.push(token.image)
    }
  }
  return [...new Set(names)]
}

function takesNumber(layer: string | undefined, parameter: string | null): boolean {
  if (layer === undefined || !Object.hasOwn(LAYERS, layer)) return true
  const { parameters } = LAYERS[layer]
  const name = parameter ?? Object.keys(parameters)[0]
  return name !== undefined && Object.hasOwn(parameters, name) && parameters[name].type.takes === 'number'
}

/** `network = 3` is no block. */
function isSetting({ tokens }: Line): boolean {
  return tokens.length > 1 && tokens[1].tokenType !== Name && tokens[1].tokenType !== Colon
}

function addresses(scope: Omit<Scope, 'index'>): Named[] {
  return firstOfEach([...scope.own.map((component) => named(component)), ...visible(scope)])
}

function firstOfEach(all: readonly Named[]): Named[] {
  const seen = new Set<string>()
  return all.filter(({ name }) => !seen.has(name) && seen.add(name))
}

/** Where a component's name stands, or its kind where it has none. */
export function placeOf(component: Declared) {
  return spanOf(component.name ?? component.line.tokens[0])
}
