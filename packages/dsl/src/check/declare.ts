import { LATER_LAYERS, LAYERS } from '../schema/network.ts'
import type { Schema } from '../schema/schema.ts'
import type { Block, Statement } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import type { Component } from './component.ts'
import { lookUp, type Report } from './report.ts'
import { baseNames, findComponent, type Scope } from './scope.ts'

const NAME = /^[a-z][a-z0-9_]*$/
/** Words that mean something else where a block's name could stand. */
const TAKEN = new Set([...Object.keys(LAYERS), ...LATER_LAYERS, 'first', 'last', 'seed', 'sweep', 'experiment', 'zip'])

/** Declares the blocks among `statements`, so that they can refer to each other; `sweep` blocks are not declared. */
export function declare(statements: readonly Statement[], schema: Schema, own: boolean, report: Report): Component[] {
  const components: Component[] = []
  for (const block of statements) {
    if (block.node !== 'block' || block.kind.text === 'sweep') continue
    const component = declareBlock(block, schema, own, report)
    if (component === null) continue
    const { address, kind, rule } = component
    const first = components.find((other) => other.address === address || (!rule.many && other.kind === kind))
    if (first === undefined) components.push(component)
    else report(wording.duplicateBlock(block.head, address, kind, first.address === address, first.block.head))
  }
  return components
}

function declareBlock(block: Block, schema: Schema, own: boolean, report: Report): Component | null {
  const { text: kind, span } = block.kind
  const rule = lookUp(schema, kind)
  if (rule === undefined) {
    report(
      kind === 'experiment'
        ? wording.misplaced(block.head, '`experiment`', 'at the top of the file')
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
    own,
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
      if (rule.baseNeeded) report(wording.missingBase(block.head, kind, baseNames(scope, kind)))
      continue
    }
    if (rule.bases === null) {
      report(wording.baseNotTaken(block.base.span, kind))
      continue
    }
    if (Object.hasOwn(rule.bases, block.base.text)) continue
    component.parent = (rule.derives && findComponent(scope, kind, block.base.text, component)) || null
    if (component.parent === null && !scope.uncertain)
      report(wording.unknownBase(block.base.span, kind, block.base.text, baseNames(scope, kind)))
  }
  for (const component of components) {
    const seen = new Set<Component>()
    for (let at: Component | null = component; at !== null; at = at.parent) {
      if (seen.has(at)) {
        report(wording.baseCycle(component.block.base!.span, component.address))
        component.parent = null
        break
      }
      seen.add(at)
    }
  }
}
