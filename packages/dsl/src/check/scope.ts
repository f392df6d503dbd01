import type { Schema } from '../schema/schema.ts'
import type { Component } from './component.ts'

/** All names of an experiment: its own blocks, and behind them those of `std/`. */
export interface Scope {
  schema: Schema
  own: readonly Component[]
  prelude: readonly Component[]
  /** A block's head could not be parsed, so a name that seems unknown may be declared there. */
  uncertain: boolean
}

/** A component that can be built on or used as a layer; the experiment's own come first. */
export function findComponent(scope: Scope, kind: string, name: string, except?: Component): Component | undefined {
  const matches = (component: Component) =>
    component.kind === kind && component.block.name?.text === name && component !== except
  return scope.own.find(matches) ?? scope.prelude.find(matches)
}

/** The neuron or network that stands among layers under this name; the experiment's own come first. */
export function findLayer(scope: Scope, name: string): Component | undefined {
  const matches = ({ kind, block }: Component) => (kind === 'neuron' || kind === 'network') && block.name?.text === name
  return scope.own.find(matches) ?? scope.prelude.find(matches)
}

/** The names a base can have in a kind of block. */
export function baseNames(scope: Scope, kind: string): string[] {
  const components = [...scope.own, ...scope.prelude].filter((component) => component.kind === kind)
  const derived = scope.schema[kind].derives ? components.flatMap(({ block }) => block.name?.text ?? []) : []
  return [...new Set([...Object.keys(scope.schema[kind].bases ?? {}), ...derived])]
}

/** The component at an address: an own one, or a named one of `std/`. */
export function componentAt(scope: Scope, address: string): Component | undefined {
  return (
    scope.own.find((component) => component.address === address) ??
    scope.prelude.find(({ address: at }) => at === address)
  )
}
