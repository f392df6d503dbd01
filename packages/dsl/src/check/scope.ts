import type { Work } from '../expand/work.ts'
import type { Schema } from '../schema/schema.ts'
import type { Component } from './component.ts'

/** All names of an experiment: its own blocks, and behind them those of `std/`. */
export interface Scope {
  schema: Schema
  own: readonly Component[]
  prelude: readonly Component[]
  /** A block's head could not be parsed, so a name that seems unknown may be declared there. */
  uncertain: boolean
  work: Work
}

/** The components of a list under each of some keys, in its order. */
type Index = ReadonlyMap<string, readonly Component[]>

/** An index over a list that no longer changes, made when it is first asked for. */
function indexed(keyOf: (component: Component) => string | undefined): (components: readonly Component[]) => Index {
  const made = new WeakMap<readonly Component[], Index>()
  return (components) => {
    const known = made.get(components)
    if (known !== undefined) return known
    const index = new Map<string, Component[]>()
    for (const component of components) {
      const key = keyOf(component)
      if (key === undefined) continue
      const same = index.get(key)
      if (same === undefined) index.set(key, [component])
      else same.push(component)
    }
    made.set(components, index)
    return index
  }
}

const byName = indexed(({ block }) => block.name?.text)
const byAddress = indexed(({ address }) => address)

/** A component that can be built on or used as a layer; the experiment's own come first. */
export function findComponent(scope: Scope, kind: string, name: string, except?: Component): Component | undefined {
  const matches = (component: Component) => component.kind === kind && component !== except
  return byName(scope.own).get(name)?.find(matches) ?? byName(scope.prelude).get(name)?.find(matches)
}

/** The neuron or network that stands among layers under this name; the experiment's own come first. */
export function findLayer(scope: Scope, name: string): Component | undefined {
  const matches = ({ kind }: Component) => kind === 'neuron' || kind === 'network'
  return byName(scope.own).get(name)?.find(matches) ?? byName(scope.prelude).get(name)?.find(matches)
}

const derivable = new WeakMap<Scope, Map<string, string[]>>()

/** The names a base can have in a kind of block. */
export function baseNames(scope: Scope, kind: string): string[] {
  const ofScope = derivable.get(scope) ?? new Map<string, string[]>()
  derivable.set(scope, ofScope)
  let names = ofScope.get(kind)
  if (names === undefined) {
    const components = [...scope.own, ...scope.prelude].filter((component) => component.kind === kind)
    const derived = scope.schema[kind].derives ? components.flatMap(({ block }) => block.name?.text ?? []) : []
    names = [...new Set([...Object.keys(scope.schema[kind].bases ?? {}), ...derived])]
    ofScope.set(kind, names)
  }
  return names
}

/** The component at an address: an own one, or a named one of `std/`. */
export function componentAt(scope: Scope, address: string): Component | undefined {
  return byAddress(scope.own).get(address)?.[0] ?? byAddress(scope.prelude).get(address)?.[0]
}
