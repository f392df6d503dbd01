import { MAX_DEPTH } from '../limits.ts'
import { LAYERS } from '../schema/network.ts'
import type { Schema } from '../schema/schema.ts'
import type { Block, Statement } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import type { Component } from './component.ts'
import { lookUp, type Report } from './report.ts'
import { baseNames, findComponent, type Scope } from './scope.ts'
import { findUses } from './uses.ts'

/** How names are written. */
export const NAME = /^[a-z][a-z0-9_]*$/
/** Words that mean something else where a block's name could stand. */
export const TAKEN = new Set([
  ...Object.keys(LAYERS),
  'shortcut',
  'first',
  'last',
  'seed',
  'sweep',
  'experiment',
  'zip',
])

/** The components of a text, and whether a block could not be declared, so that a name that seems unknown may be its. */
export interface Declared {
  components: Component[]
  uncertain: boolean
}

/** Declares the blocks among `statements`, so that they can refer to each other; `sweep` blocks are not declared. */
export function declare(statements: readonly Statement[], schema: Schema, own: boolean, report: Report): Declared {
  const components: Component[] = []
  const byAddress = new Map<string, Component>()
  const byKind = new Map<string, Component>()
  let uncertain = false
  for (const block of statements) {
    if (block.node === 'broken') uncertain = true
    if (block.node !== 'block' || block.kind.text === 'sweep') continue
    const component = declareBlock(block, schema, own, report)
    if (component === null) {
      uncertain = true
      continue
    }
    const { address, kind, rule } = component
    const first = byAddress.get(address) ?? (rule.many ? undefined : byKind.get(kind))
    if (first === undefined) {
      components.push(component)
      byAddress.set(address, component)
      if (!byKind.has(kind)) byKind.set(kind, component)
    } else report(wording.duplicateBlock(block.head, address, kind, first.address === address, first.block.head))
  }
  return { components, uncertain }
}

function declareBlock(block: Block, schema: Schema, own: boolean, report: Report): Component | null {
  const { text: kind, span } = block.kind
  const rule = lookUp(schema, kind)
  if (rule === undefined) {
    report(
      kind === 'experiment'
        ? wording.misplaced(block.head, '`experiment`', 'in a file of its own')
        : wording.unknownBlock(span, kind, [...Object.keys(schema), 'sweep']),
    )
    return null
  }
  if (block.name === null && rule.nameNeeded) {
    report(wording.missingName(span, kind))
    return null
  }
  if (block.name !== null) checkName(block, schema, report)
  return {
    kind,
    address: block.name?.text ?? kind,
    rule,
    block,
    parent: null,
    uses: findUses(block),
    own,
    names: null,
    entries: [],
    failed: new Set(),
  }
}

/** Names are snake_case and none of the language's own words. */
function checkName({ name, kind }: Block, schema: Schema, report: Report): void {
  const { text, span } = name!
  if (!NAME.test(text)) report(wording.badName(span, text))
  else if (TAKEN.has(text) || (Object.hasOwn(schema, text) && text !== kind.text)) report(wording.takenName(span, text))
}

/** Finds what every component is built on. */
export function linkBases(components: readonly Component[], scope: Scope, report: Report): void {
  for (const component of components) {
    const { block, rule, kind } = component
    if (block.base === null) {
      if (rule.baseNeeded) report(wording.missingBase(block.head, kind, baseNames(scope, kind, component)))
      continue
    }
    if (rule.bases === null) {
      report(wording.baseNotTaken(block.base.span, kind))
      continue
    }
    if (Object.hasOwn(rule.bases, block.base.text)) continue
    component.parent = (rule.derives && findComponent(scope, kind, block.base.text, component)) || null
    if (component.parent === null && !scope.uncertain)
      report(wording.unknownBase(block.base.span, kind, block.base.text, baseNames(scope, kind, component)))
  }
  breakCycles(components, report)
}

/** Reports each circle of bases once and cuts it, and each long chain, so that following the parents comes to an end. */
function breakCycles(components: readonly Component[], report: Report): void {
  for (const component of components) {
    const chain: Component[] = []
    let at: Component | null = component
    while (at !== null && !chain.includes(at) && chain.length <= MAX_DEPTH) {
      chain.push(at)
      at = at.parent
    }
    if (chain.length > MAX_DEPTH) {
      const deepest = chain[MAX_DEPTH - 1]
      report(wording.basesTooDeep(deepest.block.head, deepest.address, MAX_DEPTH))
      deepest.parent = null
      continue
    }
    if (at !== component) continue
    report(wording.baseCycle(component.block.base!.span, component.address))
    for (const member of chain) member.parent = null
  }
}
