import { nearest } from '../nearest.ts'
import { LAYERS } from '../schema/network.ts'
import { anyRule } from '../schema/schema.ts'
import { amount, type Rule } from '../schema/type.ts'
import type { Block, Call, Statement, Value } from '../syntax/ast.ts'
import type { Component } from './component.ts'
import { lookUp } from './report.ts'

/** What a network's layers refer to by name. */
export interface Uses {
  /** Its own numbers: `width` in `conv(width)`. */
  numbers: Set<string>
  /** Neurons and networks that stand among its layers. */
  layers: Set<string>
}

/** Reads off the text what a block's `layers` refer to, before any of it is checked. */
export function findUses({ statements }: Block): Uses {
  const uses: Uses = { numbers: new Set(), layers: new Set() }
  const visit = (all: readonly Statement[]) => {
    for (const statement of all) {
      if (statement.node === 'when') visit(statement.statements)
      // A slip in the key is reported, and must not make the numbers seem unused.
      if (statement.node !== 'setting' || nearest(statement.path.text, ['layers']) === null) continue
      for (const value of statement.values) walkLayers(value, uses)
    }
  }
  visit(statements)
  return uses
}

function walkLayers(value: Value, uses: Uses): void {
  if (value.node === 'pipeline') for (const element of value.elements) walkLayers(element, uses)
  if (value.node !== 'call') return
  if (lookUp(LAYERS, value.path.text) === undefined) uses.layers.add(value.path.text)
  for (const name of numbersIn(value)) uses.numbers.add(name)
  for (const branch of [value.body, value.shortcut]) if (branch !== null) walkLayers(branch, uses)
}

/** The names that stand in a layer's arguments where it takes a number. */
function numbersIn({ path, args }: Call): string[] {
  const parameters = lookUp(LAYERS, path.text)?.parameters
  return (args ?? []).flatMap(({ name, value }, index) => {
    const parameter = name?.text ?? Object.keys(parameters ?? {})[index]
    if (parameters !== undefined && lookUp(parameters, parameter ?? '')?.type.takes !== 'number') return []
    const factors = value.node === 'product' ? value.factors : [value]
    return factors.flatMap((factor) => (factor.node === 'call' && factor.args === null ? [factor.path.text] : []))
  })
}

const NUMBER: Rule = { type: amount, optional: true, doc: 'a number that the layers refer to' }

/** Whether the layers of a component, or of what it is built on, refer to a number of this name. */
export function isNumber({ uses, parent }: Component, key: string): boolean {
  return uses.numbers.has(key) || (parent !== null && isNumber(parent, key))
}

/** The rule of a key of a component for any base that has it; of a network also that of its own numbers. */
export function ruleOf(component: Component, key: string): Rule | undefined {
  return anyRule(component.rule, key) ?? (isNumber(component, key) ? NUMBER : undefined)
}

/** The names of the numbers that the layers of a component, or of what it is built on, refer to. */
export function numbersOf({ uses, parent }: Component): string[] {
  return [...new Set([...(parent === null ? [] : numbersOf(parent)), ...uses.numbers])]
}
