import { LAYERS } from '../schema/network.ts'
import type { Schema } from '../schema/schema.ts'
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
}

/**
 * The named components that a text can refer to, nearest first. What stands in a component outside the experiment sees
 * its own file before the experiment; what stands in `std/` sees the experiment before `std/`.
 */
function* visibleFrom(scope: Scope, from: Component | null): Generator<readonly [string, Component]> {
  if (from?.names) yield* from.names
  yield* named(scope.own)
  yield* scope.file
  yield* named(scope.prelude)
}

function named(components: readonly Component[]): (readonly [string, Component])[] {
  return components.flatMap((component) => {
    const { name } = component.block
    return name === null ? [] : [[name.text, component] as const]
  })
}

/** A component that `from` can be built on: another one of its kind. */
export function findComponent(scope: Scope, kind: string, name: string, from: Component): Component | undefined {
  for (const [known, component] of visibleFrom(scope, from)) {
    if (known === name && component.kind === kind && component !== from) return component
  }
  return undefined
}

const isLayer = ({ kind }: Component) => kind === 'neuron' || kind === 'network'

/** The neuron or network that stands under this name among the layers of `from`. */
export function findLayer(scope: Scope, name: string, from: Component): Component | undefined {
  for (const [known, component] of visibleFrom(scope, from)) if (known === name && isLayer(component)) return component
  return undefined
}

/** Everything that can stand among the layers of `from`. */
export function layerNames(scope: Scope, from: Component): string[] {
  const names = [...visibleFrom(scope, from)].flatMap(([name, component]) => (isLayer(component) ? [name] : []))
  return [...new Set([...Object.keys(LAYERS), ...names])]
}

/** The names of what `from` can be built on. */
export function baseNames(scope: Scope, kind: string, from: Component): string[] {
  const derived = [...visibleFrom(scope, from)].flatMap(([name, component]) =>
    scope.schema[kind].derives && component.kind === kind && component !== from ? [name] : [],
  )
  return [...new Set([...Object.keys(scope.schema[kind].bases ?? {}), ...derived])]
}

/** The component at an address: an own one, or a named one of the file or of `std/`. */
export function componentAt(scope: Scope, address: string): Component | undefined {
  return (
    scope.own.find((component) => component.address === address) ??
    scope.file.get(address) ??
    scope.prelude.find(({ address: at }) => at === address)
  )
}
