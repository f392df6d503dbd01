import type { Work } from '../expand/work.ts'
import { MAX_COMPARED } from '../limits.ts'
import { LAYERS } from '../schema/network.ts'
import { openBases, type Schema } from '../schema/schema.ts'
import type { Component } from './component.ts'

/** All names of an experiment: its own blocks, behind them those of its file, and behind these those of `std/`. */
export interface Scope {
  schema: Schema
  own: readonly Component[]
  /** What stands in the file outside the experiment, and what it imports. */
  file: ReadonlyMap<string, Component>
  prelude: readonly Component[]
  /** A block's head could not be parsed, or a file not be imported, so a name that seems unknown may be declared there. */
  uncertain: boolean
  work: Work
}

/** Named components, each name with those that bear it in their order. */
type Names = ReadonlyMap<string, readonly Component[]>

const indices = new WeakMap<readonly Component[], Names>()

/** An index over a list that no longer changes, made when it is first asked for. */
function byName(components: readonly Component[]): Names {
  let index = indices.get(components) as Map<string, Component[]> | undefined
  if (index !== undefined) return index
  index = new Map()
  for (const component of components) {
    const name = component.block.name?.text
    if (name === undefined) continue
    const same = index.get(name)
    if (same === undefined) index.set(name, [component])
    else same.push(component)
  }
  indices.set(components, index)
  return index
}

/**
 * The components of a name that a text can refer to, nearest first. What stands in a component outside the experiment
 * sees its own file before the experiment; what stands in `std/` sees the experiment before `std/`.
 */
function* visibleFrom(scope: Scope, name: string, from: Component | null): Generator<Component> {
  const inFile = from?.names?.get(name)
  if (inFile !== undefined) yield inFile
  yield* byName(scope.own).get(name) ?? []
  const outside = scope.file.get(name)
  if (outside !== undefined) yield outside
  yield* byName(scope.prelude).get(name) ?? []
}

/** A component that `from` can be built on: another one of its kind. */
export function findComponent(scope: Scope, kind: string, name: string, from: Component): Component | undefined {
  for (const component of visibleFrom(scope, name, from))
    if (component.kind === kind && component !== from) return component
  return undefined
}

const isLayer = ({ kind }: Component) => kind === 'neuron' || kind === 'network'

/** The neuron or network that stands under this name among the layers of `from`. */
export function findLayer(scope: Scope, name: string, from: Component): Component | undefined {
  for (const component of visibleFrom(scope, name, from)) if (isLayer(component)) return component
  return undefined
}

/** The names that a text can refer to of some kinds, nearest first; more than can be said or compared are not looked at. */
function namesFrom(scope: Scope, from: Component, fits: (component: Component) => boolean): string[] {
  const names = new Set<string>()
  const add = (name: string | undefined, component: Component) => {
    if (name !== undefined && names.size < MAX_COMPARED && fits(component)) names.add(name)
  }
  for (const [name, component] of from.names ?? []) add(name, component)
  for (const component of scope.own) {
    if (names.size === MAX_COMPARED) break
    add(component.block.name?.text, component)
  }
  for (const [name, component] of scope.file) add(name, component)
  for (const component of scope.prelude) add(component.block.name?.text, component)
  return [...names]
}

/** What can stand among the layers of `from`. */
export function layerNames(scope: Scope, from: Component): string[] {
  return [...new Set([...Object.keys(LAYERS), ...namesFrom(scope, from, isLayer)])]
}

/** The names of what `from` can be built on. */
export function baseNames(scope: Scope, kind: string, from: Component): string[] {
  const { derives } = scope.schema[kind]
  const derived = derives ? namesFrom(scope, from, (other) => other.kind === kind && other !== from) : []
  return [...new Set([...openBases(scope.schema[kind]), ...derived])]
}

const addresses = new WeakMap<readonly Component[], ReadonlyMap<string, Component>>()

function atAddress(components: readonly Component[], address: string): Component | undefined {
  let index = addresses.get(components)
  if (index === undefined) {
    // Of equal addresses the first one counts.
    index = new Map(components.toReversed().map((component) => [component.address, component]))
    addresses.set(components, index)
  }
  return index.get(address)
}

/** The component at an address: an own one, or a named one of the file or of `std/`. */
export function componentAt(scope: Scope, address: string): Component | undefined {
  return atAddress(scope.own, address) ?? scope.file.get(address) ?? atAddress(scope.prelude, address)
}
