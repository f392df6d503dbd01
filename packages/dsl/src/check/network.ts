import * as wording from '../wording.ts'
import type { Component } from './component.ts'
import type { Report } from './report.ts'
import { findComponent, findLayer, type Scope } from './scope.ts'
import { type SweepPlan, sweptBases } from './sweep.ts'

/** The network that the experiment trains: of its own ones the one that no other is made of or built on. */
export function findNetwork(scope: Scope, plan: SweepPlan, report: Report): Component | null {
  const networks = scope.own.filter(({ kind }) => kind === 'network')
  const used = findUsed(networks, scope, plan)
  const free = networks.filter((network) => !used.has(network))
  // A name that nobody knows is reported where it stands, and may have meant one of these.
  const vague = free.find((network) =>
    [...network.uses.layers].some((name) => findLayer(scope, name, network) === undefined),
  )
  if (vague !== undefined) return vague
  // Where each is used by another they go round in a circle, which is reported when the first one is put together.
  const [network, ...others] = free.length === 0 ? networks.slice(0, 1) : free
  for (const other of others) if (!scope.uncertain) report(wording.secondNetwork(other.block.head, network.block.head))
  return network ?? null
}

/** All networks that these, and those of `std/` among them, are made of or built on; not what only a network itself is made of. */
function findUsed(networks: readonly Component[], scope: Scope, plan: SweepPlan): Set<Component> {
  const used = new Set<Component>()
  const seen = new Set(networks)
  // What is put into the set while it is walked is walked as well.
  for (const user of seen) {
    const bases = sweptBases(user, plan).flatMap((base) => findComponent(scope, 'network', base, user) ?? [])
    const layers = [...user.uses.layers].flatMap((name) => findLayer(scope, name, user) ?? [])
    for (const part of [...bases, ...layers]) {
      if (part.kind !== 'network' || part === user) continue
      used.add(part)
      seen.add(part)
    }
  }
  return used
}
