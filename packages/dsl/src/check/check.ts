import { Work } from '../expand/work.ts'
import { MAX_DEPTH } from '../limits.ts'
import type { Schema } from '../schema/schema.ts'
import type { Block, File, Header, Statement } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import type { Component } from './component.ts'
import { declare, linkBases } from './declare.ts'
import { allowKey, checkEntries } from './entries.ts'
import { findNetwork } from './network.ts'
import type { Report } from './report.ts'
import type { Scope } from './scope.ts'
import { checkSweep, type SweepPlan } from './sweep.ts'

/** The version of the language that this package reads. */
export const VERSION = '1'

/** A file whose names, units and values are in order, as far as nothing was reported. */
export interface CheckedExperiment {
  block: Block
  scope: Scope
  plan: SweepPlan
  /** What is trained; `null` where there is none. */
  network: Component | null
}

/** Checks a file that must hold one experiment. */
export function checkFile(
  file: File,
  text: string,
  schema: Schema,
  prelude: readonly Component[],
  report: Report,
): CheckedExperiment | null {
  checkHeader(file, report)
  const statements = file.statements.filter(({ node }) => node !== 'header')
  const blocks = statements.filter(
    (statement): statement is Block => statement.node === 'block' && statement.kind.text === 'experiment',
  )
  for (const statement of statements) {
    if (statement.node === 'use') report(wording.notYet(statement.span, '`from ... use ...`'))
    else if (statement.node === 'block' && statement.kind.text !== 'experiment') {
      const known = Object.hasOwn(schema, statement.kind.text) || statement.kind.text === 'sweep'
      const { head, kind } = statement
      report(
        known
          ? wording.misplaced(head, `\`${kind.text}\``, 'in `experiment`')
          : wording.unknownBlock(kind.span, kind.text, ['experiment']),
      )
    } else if (statement.node !== 'broken' && statement.node !== 'block')
      report(wording.misplaced(statement.span, 'this statement', 'in a block of `experiment`'))
  }
  const [block, ...others] = blocks
  for (const other of others) report(wording.duplicateBlock(other.head, 'experiment', 'experiment', false, block.head))
  if (block === undefined) {
    const elsewhere = statements.some(({ node }) => node === 'block')
    if (!file.broken && !elsewhere) report(wording.noExperiment({ start: text.length, end: text.length }))
    return null
  }
  return checkExperiment(block, text, schema, prelude, report)
}

function checkExperiment(
  block: Block,
  text: string,
  schema: Schema,
  prelude: readonly Component[],
  report: Report,
): CheckedExperiment {
  if (block.name === null) report(wording.missingName(block.kind.span, 'experiment'))
  else if (!/^[a-z][a-z0-9_]*$/.test(block.name.text)) report(wording.badName(block.name.span, block.name.text))
  if (block.base !== null) report(wording.baseNotTaken(block.base.span, 'experiment'))
  const { components: own, uncertain } = declare(block.statements, schema, true, report)
  const scope: Scope = { schema, own, prelude, uncertain, work: new Work() }
  linkBases(own, scope, report)
  const sweeps = block.statements.filter(
    (statement): statement is Block => statement.node === 'block' && statement.kind.text === 'sweep',
  )
  for (const other of sweeps.slice(1))
    report(wording.duplicateBlock(other.head, 'sweep', 'sweep', true, sweeps[0].head))
  const plan = checkSweep(sweeps[0] ?? null, scope, text, report)
  const swept = plan.axes.reduce((sum, { parameters }) => sum + parameters.length, 0)
  if (swept > MAX_DEPTH) {
    report(wording.tooManyAxes(sweeps[0].head, swept, MAX_DEPTH))
    plan.axes.length = 0
  }
  for (const { parameters, conditions } of plan.axes) {
    for (const { address } of parameters) {
      if (address.component !== null && address.key !== null)
        allowKey(address.component, address.key, address.span, conditions, scope, plan, report)
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

/** The first statement says which version of the language the file is written in. */
function checkHeader({ statements, broken }: File, report: Report): void {
  const headers = statements.filter((statement): statement is Header => statement.node === 'header')
  const [header, ...others] = headers
  if (statements.length === 0) return
  if (header === undefined || statements.find(({ node }) => node !== 'broken') !== header) {
    if (!(broken && header === undefined))
      report(wording.missingHeader(header?.span ?? { start: 0, end: 0 }, header !== undefined))
  } else if (header.version.text !== VERSION)
    report(wording.unknownVersion(header.version.span, header.version.text, VERSION))
  for (const other of others) report(wording.misplaced(other.span, '`snnx`', 'once, at the top of the file'))
}
