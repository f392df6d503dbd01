import { MAX_DEPTH } from '../limits.ts'
import type { Schema } from '../schema/schema.ts'
import type { Block, File, Statement } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import type { Component } from './component.ts'
import { declare, linkBases } from './declare.ts'
import { allowKey, checkEntries } from './entries.ts'
import type { Library } from './library.ts'
import { findNetwork } from './network.ts'
import type { Report } from './report.ts'
import type { Scope } from './scope.ts'
import { checkSweep, type SweepPlan } from './sweep.ts'

/** A file whose names, units and values are in order, as far as nothing was reported. */
export interface CheckedExperiment {
  block: Block
  scope: Scope
  plan: SweepPlan
  /** What is trained; `null` where there is none. */
  network: Component | null
}

/** Checks the experiment of a file; `null` where it has none. */
export function checkFile(
  file: File,
  text: string,
  schema: Schema,
  prelude: readonly Component[],
  library: Library,
  report: Report,
): CheckedExperiment | null {
  const [block, ...others] = file.statements.filter(isExperiment)
  for (const other of others) report(wording.duplicateBlock(other.head, 'experiment', 'experiment', false, block.head))
  return block === undefined ? null : checkExperiment(block, text, schema, prelude, library, report)
}

function isExperiment(statement: Statement): statement is Block {
  return statement.node === 'block' && statement.kind.text === 'experiment'
}

function checkExperiment(
  block: Block,
  text: string,
  schema: Schema,
  prelude: readonly Component[],
  library: Library,
  report: Report,
): CheckedExperiment {
  if (block.name === null) report(wording.missingName(block.kind.span, 'experiment'))
  else if (!/^[a-z][a-z0-9_]*$/.test(block.name.text)) report(wording.badName(block.name.span, block.name.text))
  if (block.base !== null) report(wording.baseNotTaken(block.base.span, 'experiment'))
  const { components: own, uncertain: broken } = declare(block.statements, schema, true, report)
  const uncertain = broken || library.uncertain
  const scope: Scope = { schema, own, file: library.names, prelude, uncertain }
  for (const component of own) checkShadow(component, library, report)
  linkBases(own, scope, report)
  const sweeps = block.statements.filter(
    (statement): statement is Block => statement.node === 'block' && statement.kind.text === 'sweep',
  )
  for (const other of sweeps.slice(1))
    report(wording.duplicateBlock(other.head, 'sweep', 'sweep', true, sweeps[0].head))
  const plan = checkSweep(sweeps[0] ?? null, scope, text, report)
  if (plan.axes.length > MAX_DEPTH) {
    report(wording.tooManyAxes(sweeps[0].head, plan.axes.length, MAX_DEPTH))
    plan.axes.length = 0
  }
  for (const { parameters, conditions } of plan.axes) {
    for (const { address: at } of parameters) {
      if (at.component === null) continue
      // Of what stands outside the experiment the keys were checked for its own base alone.
      const outside = at.key === null && !own.includes(at.component) ? at.component.entries : []
      const keys = at.key === null ? outside.map(({ key }) => key) : [at.key]
      for (const key of keys) allowKey(at.component, key, at.span, conditions, scope, plan, report)
    }
  }
  const network = findNetwork(scope, plan, report)
  for (const component of own) checkEntries(component, scope, plan, report)
  for (const statement of block.statements) checkPlace(statement, report)
  const missing = Object.entries(schema).filter(
    ([kind, { required }]) => required && !own.some((component) => component.kind === kind),
  )
  if (!uncertain) for (const [kind] of missing) report(wording.missingBlock(block.head, kind))
  return { block, scope, plan, network }
}

/** Two things of one name would be easy to mistake; only what is built on the outer one may bear its name. */
function checkShadow({ address, block, kind }: Component, { names }: Library, report: Report): void {
  const outer = names.get(address)
  if (outer === undefined || block.name === null || (block.base?.text === address && outer.kind === kind)) return
  report(wording.duplicateBlock(block.head, address, kind, true, outer.block.head))
}

function checkPlace(statement: Statement, report: Report): void {
  if (statement.node === 'block' || statement.node === 'broken') return
  const place = {
    sweep: 'in the block `sweep { ... }`',
    require: 'in the block `sweep { ... }`',
    when: 'in a block',
    use: 'at the top of the file',
    header: 'at the top of the file',
    setting: 'in a block',
  }
  report(wording.misplaced(statement.span, 'this statement', place[statement.node]))
}
