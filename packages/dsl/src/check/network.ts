import * as wording from '../wording.ts'
import type { Component } from './component.ts'
import type { Report } from './report.ts'
import { findComponent, findLayer, type Scope } from './scope.ts'
import { type SweepPlan, sweptBases } from './sweep.ts'

/** The network that the experiment trains: of its own ones the one that no other is made of or built on. */
export function findNetwork(scope: Scope, plan: SweepPlan, report: Report): Component | null {
  const networks = scope.own.filter(({ kind }) => kind === 'network')
  const used = new Set<Component>()
  for (const network of networks) {
    for (const part of reach(network, scope, plan)) if (part !== network) used.add(part)
  }
  const free = networks.filter((network) => !used.has(network))
  // A name that nobody knows is reported where it stands, and may have meant one of these.
  const vague = free.find(({ uses }) => [...uses.layers].some((name) => findLayer(scope, name) === undefined))
  if (vague !== undefined) return vague
  // Where each is used by another they go round in a circle, which is reported when the first one is put together.
  const [network, ...others] = free.length === 0 ? networks.slice(0, 1) : free
  for (const other of others) if (!scope.uncertain) report(wording.secondNetwork(other.block.head, network.block.head))
  return network ?? null
}

/** All networks that a network is made of or built on, however far away; itself only if it is a part of itself. */
function reach(network: Component, scope: Scope, plan: SweepPlan): Set<Component> {
  const reached = new Set<Component>()
  const open = [network]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const component = at
    const bases = sweptBases(component, plan).flatMap((base) => findComponent(scope, 'network', base, component) ?? [])
    const layers = [...component.uses.layers].flatMap((name) => findLayer(scope, name) ?? [])
    for (const next of [...bases, ...layers]) {
      if (next.kind !== 'network' || reached.has(next)) continue
      reached.add(next)
      open.push(next)
    }
  }
  return reached
}
