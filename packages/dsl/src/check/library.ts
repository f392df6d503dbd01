import { Work } from '../expand/work.ts'
import type { Schema } from '../schema/schema.ts'
import type { File } from '../syntax/ast.ts'
import type { Component } from './component.ts'
import { declare, linkBases } from './declare.ts'
import { checkEntries } from './entries.ts'
import type { Report } from './report.ts'
import type { Scope } from './scope.ts'

/** Checks files of neurons and networks, which see each other, and gives their components. */
export function checkLibrary(files: readonly File[], schema: Schema, report: Report): Component[] {
  const statements = files.flatMap((file) => file.statements)
  const derivable = Object.fromEntries(Object.entries(schema).filter(([, { derives }]) => derives))
  const { components: prelude } = declare(
    statements,
    Object.fromEntries(Object.entries(derivable).map(([kind, rule]) => [kind, { ...rule, many: true }])),
    false,
    report,
  )
  const scope: Scope = { schema, own: [], prelude, uncertain: false, work: new Work() }
  linkBases(prelude, scope, report)
  for (const component of prelude)
    checkEntries(component, scope, { axes: [], requirements: [], conditions: [] }, report)
  return prelude
}
