import type { Schema } from '../schema/schema.ts'
import type { Block, File, Statement } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import type { Component } from './component.ts'
import { declare, linkBases } from './declare.ts'
import { checkEntries } from './entries.ts'
import type { LayerItem } from './layers.ts'
import type { Report } from './report.ts'
import { findLayer, layerNames, type Scope } from './scope.ts'

/** What a file holds outside of its experiment. */
export interface Library {
  /** Its blocks. */
  components: Component[]
  /** Its blocks and what it imports, by the names that they have there. */
  names: ReadonlyMap<string, Component>
  /** A block could not be declared, or a file not be imported. */
  uncertain: boolean
}

/** What a file imports, by the name that it has there, and where it says so. */
export type Imported = ReadonlyMap<string, { component: Component; use: Statement }>

/** Checks files of `std/`, which see each other, and gives their components. */
export function checkPrelude(files: readonly File[], schema: Schema, report: Report): Component[] {
  const { components } = declareReusable(
    files.flatMap(({ statements }) => statements),
    schema,
    false,
    report,
  )
  checkReusable(components, { schema, own: [], file: new Map(), prelude: components, uncertain: false }, report)
  return components
}

/** Checks what stands in a file outside of its experiment: data sets, neurons and networks to be built on or used. */
export function checkLibrary(
  statements: readonly Statement[],
  imported: Imported,
  schema: Schema,
  prelude: readonly Component[],
  lacking: boolean,
  report: Report,
): Library {
  const { components, uncertain: broken } = declareReusable(statements, schema, true, report)
  const uncertain = broken || lacking
  const names = new Map([...imported].map(([name, { component }]) => [name, component]))
  for (const component of components) {
    const first = imported.get(component.address)
    if (first !== undefined)
      report(wording.duplicateBlock(component.block.head, component.address, component.kind, true, first.use.span))
    names.set(component.address, component)
  }
  for (const component of components) component.names = names
  checkReusable(components, { schema, own: [], file: names, prelude, uncertain }, report)
  return { components, names, uncertain }
}

/** Declares the blocks that need no experiment around them; each has a name, by which it is used. */
function declareReusable(statements: readonly Statement[], schema: Schema, own: boolean, report: Report) {
  const reusable = Object.fromEntries(
    Object.entries(schema).flatMap(([kind, rule]) =>
      rule.derives ? [[kind, { ...rule, many: true, nameNeeded: true }]] : [],
    ),
  )
  const blocks = statements.filter((statement): statement is Block => {
    if (statement.node === 'block') return admit(statement, schema, report)
    if (statement.node !== 'broken' && statement.node !== 'header' && statement.node !== 'use')
      report(wording.misplaced(statement.span, 'this statement', 'in a block of `experiment`'))
    return false
  })
  const declared = declare(blocks, reusable, own, report)
  return { ...declared, uncertain: declared.uncertain || statements.some(({ node }) => node === 'broken') }
}

function admit({ kind, head }: Block, schema: Schema, report: Report): boolean {
  if (kind.text === 'experiment') return false
  if (Object.hasOwn(schema, kind.text) && schema[kind.text].derives) return true
  const known = Object.hasOwn(schema, kind.text) || kind.text === 'sweep'
  const kinds = ['experiment', ...Object.keys(schema).filter((name) => schema[name].derives)]
  report(
    known
      ? wording.misplaced(head, `\`${kind.text}\``, 'in `experiment`')
      : wording.unknownBlock(kind.span, kind.text, kinds),
  )
  return false
}

/** Checks bases, keys, and the names among layers, which a library must find without an experiment around it. */
function checkReusable(components: readonly Component[], scope: Scope, report: Report): void {
  linkBases(components, scope, report)
  for (const component of components) {
    checkEntries(component, scope, { axes: [], requirements: [], conditions: [], uncertain: false }, report)
    for (const { key, value } of component.entries)
      if (key === 'layers') checkNames(value as unknown as LayerItem[], component, scope, report)
  }
}

function checkNames(items: readonly LayerItem[], component: Component, scope: Scope, report: Report): void {
  for (const item of items) {
    if (item.kind === 'repeat' || item.kind === 'residual') checkNames(item.body, component, scope, report)
    if (item.kind === 'residual') checkNames(item.shortcut, component, scope, report)
    if (item.kind !== 'reference' || scope.uncertain || findLayer(scope, item.name, component) !== undefined) continue
    const word = { start: item.span.start, end: item.span.start + item.name.length }
    report(wording.unknownLayerKind(word, item.name, layerNames(scope, component)))
  }
}
