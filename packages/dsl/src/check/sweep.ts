import type { Diagnostic } from '../diagnostic.ts'
import { nearest } from '../nearest.ts'
import { isFact } from '../schema/schema.ts'
import type { Plain } from '../schema/type.ts'
import { formatIn, formatNumber } from '../schema/unit.ts'
import type { Span } from '../source.ts'
import type { Block, Statement, Sweep } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { type Address, checkAt, isFigure, resolveAddress } from './address.ts'
import { type CheckedCondition, type Component, rootBase } from './component.ts'
import { checkCondition, checkRequirement } from './condition.ts'
import { expandRange } from './range.ts'
import type { Report } from './report.ts'
import type { Scope } from './scope.ts'

/** One value that an address takes, how a report shows it, and as one would write it; where it stands, if it is written out. */
export interface Point {
  value: Plain
  shown: string | number | boolean
  written: string
  span?: Span
}

export interface Parameter {
  address: Address
  points: Point[]
  span: Span
}

/** One dimension of the product; the parameters of a `zip` move together under its name. */
export interface Axis {
  name: string | null
  parameters: Parameter[]
  length: number
  conditions: CheckedCondition[]
}

export interface SweepPlan {
  axes: Axis[]
  requirements: CheckedCondition[]
  conditions: CheckedCondition[]
  /** Something in it was reported, so that what seems not to be swept may be. */
  uncertain: boolean
}

/** Checks the statements of a `sweep` block. */
export function checkSweep(block: Block | null, scope: Scope, text: string, tell: Report): SweepPlan {
  const plan: SweepPlan = { axes: [], requirements: [], conditions: [], uncertain: block?.broken ?? false }
  const swept = new Map<string, Span>()
  const report: Report = (problem) => {
    plan.uncertain = true
    tell(problem)
  }
  const visit = (statements: readonly Statement[], conditions: CheckedCondition[]) => {
    for (const statement of statements) {
      if (statement.node === 'sweep') {
        const parameter = checkParameter(statement, scope, text, swept, report)
        if (parameter === null || !areDistinct([parameter], report)) continue
        plan.axes.push({ name: null, parameters: [parameter], length: parameter.points.length, conditions })
      } else if (statement.node === 'block' && statement.kind.text === 'zip') {
        const axis = checkZip(statement, scope, text, swept, report)
        if (axis !== null) plan.axes.push({ ...axis, conditions })
      } else if (statement.node === 'when') {
        const condition = checkCondition(statement.condition, scope, report)
        if (condition === null) continue
        plan.conditions.push(condition)
        visit(statement.statements, [...conditions, condition])
      } else if (statement.node === 'require') {
        const condition = checkRequirement(statement.condition, scope, report)
        if (condition !== null) plan.requirements.push(condition)
      } else if (statement.node === 'setting') {
        report(wording.sweptWithSign(statement.operator, statement.values[0].node === 'list'))
      } else if (statement.node !== 'broken') {
        report(refuse(statement, ['zip']))
      }
    }
  }
  visit(block?.statements ?? [], [])
  return plan
}

/** All bases that a component can have: its own, or those it is swept over. */
export function sweptBases(component: Component, plan: SweepPlan): string[] {
  const declared = component.block.base?.text
  const axes = plan.axes.filter(({ parameters }) => parameters.some((parameter) => isBaseOf(parameter, component)))
  const always = axes.some(({ conditions }) => conditions.length === 0)
  const values = axes.flatMap(({ parameters }) =>
    parameters
      .filter((parameter) => isBaseOf(parameter, component))
      .flatMap(({ points }) => points.map(({ value }) => String(value))),
  )
  return [...new Set(declared === undefined || always ? values : [declared, ...values])]
}

function isBaseOf({ address }: Parameter, component: Component): boolean {
  return address.component === component && address.key === null
}

function checkZip(
  block: Block,
  scope: Scope,
  text: string,
  swept: Map<string, Span>,
  report: Report,
): Omit<Axis, 'conditions'> | null {
  if (block.base !== null) report(wording.baseNotTaken(block.base.span, 'zip'))
  const parameters: Parameter[] = []
  let sound = !block.broken
  // The name is a column of the report, so it must be one zip's alone.
  const first = block.name === null ? undefined : swept.get(block.name.text)
  if (first !== undefined) {
    report(wording.zipNamedTwice(block.name!.span, block.name!.text, first))
    sound = false
  } else if (block.name !== null) swept.set(block.name.text, block.name.span)
  for (const statement of block.statements) {
    if (statement.node === 'broken') continue
    const parameter = statement.node === 'sweep' ? checkParameter(statement, scope, text, swept, report) : null
    if (statement.node !== 'sweep') report(refuse(statement, []))
    if (parameter === null) sound = false
    else parameters.push(parameter)
  }
  if (!sound) return null
  const [leader, ...others] = parameters
  if (leader === undefined) {
    report(wording.emptyZip(block.head))
    return null
  }
  const length = leader.points.length
  const unequal = others.find(({ points }) => points.length !== length)
  if (unequal !== undefined) {
    report(wording.unequalZip(unequal.span, unequal.points.length, leader.span, length))
    return null
  }
  if (!areDistinct(parameters, report)) return null
  return { name: block.name?.text ?? null, parameters, length }
}

/** Whether parameters that move together never take the same values twice, which would make the same job twice. */
function areDistinct(parameters: readonly Parameter[], report: Report): boolean {
  const first = new Map<string, readonly Point[]>()
  let distinct = true
  for (const index of parameters[0].points.keys()) {
    const together = parameters.map(({ points }) => points[index])
    const key = together.map(({ value }) => identify(value)).join(' ')
    const earlier = first.get(key)
    if (earlier === undefined) {
      first.set(key, together)
      continue
    }
    distinct = false
    // Values of a range all differ, so where all are the same each is written out.
    const at = together.length - 1
    const written = together.map((point) => point.written)
    report(wording.duplicatePoint(together[at].span!, written, earlier[at].span!))
  }
  return distinct
}

/** A value as text that only the same value has, wherever it is written. */
function identify(value: Plain): string {
  return JSON.stringify(value, (name, part) => (name === 'span' ? undefined : part))
}

function checkParameter(
  sweep: Sweep,
  scope: Scope,
  text: string,
  swept: Map<string, Span>,
  report: Report,
): Parameter | null {
  const { path, domain, repeat } = sweep
  const address = resolveAddress(path, scope, report)
  if (address === null) return null
  const isSeed = address.component === null
  if (isSeed !== repeat) {
    report(isSeed ? wording.seedNeedsRepeat(path.span) : wording.repeatOnlySeed(path.span, path.text))
    return null
  }
  if (isFigure(address)) {
    report(wording.sweptFigure(path.span, path.text))
    return null
  }
  const { component, key } = address
  if (component !== null && key !== null && isFact(component.rule, rootBase(component), key)) {
    report(wording.factChanged(path.span, path.text, component.block.base!.text))
    return null
  }
  const first = swept.get(path.text)
  if (first !== undefined) {
    report(wording.sweptTwice(path.span, path.text, first))
    return null
  }
  swept.set(path.text, path.span)
  const points =
    domain.node === 'list' ? checkList(sweep, address, scope, text, report) : checkRange(sweep, address, report)
  return points === null ? null : { address, points, span: domain.span }
}

function checkList(
  { domain, path }: Sweep,
  address: Address,
  scope: Scope,
  text: string,
  report: Report,
): Point[] | null {
  if (domain.node !== 'list') return null
  if (domain.items.length === 0) {
    report(wording.emptyList(domain.span, path.text))
    return null
  }
  const points = domain.items.flatMap((item): Point[] => {
    const value = checkAt(address, item, scope, report)
    if (value === undefined) return []
    const written = layOutWords(text.slice(item.span.start, item.span.end))
    return [{ value, shown: typeof value === 'object' ? written : value, written, span: item.span }]
  })
  return points.length === domain.items.length ? points : null
}

/** A value as one line, however it was laid out. */
function layOutWords(written: string): string {
  return written
    .replace(/#.*/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^([\d.]+)(?![eE][-+\d])([%A-Za-z])/, '$1 $2')
}

function checkRange({ domain, path }: Sweep, address: Address, report: Report): Point[] | null {
  if (domain.node !== 'range') return null
  const takes = address.type
  if (takes?.takes !== 'number' && takes?.takes !== 'bounds') {
    report(wording.rangeOfWords(domain.span, path.text))
    return null
  }
  const expanded = expandRange(domain, takes, address.parameter ?? address.key!, report)
  if (expanded === undefined) return null
  const { type, values } = expanded
  const [dimension] = type.dimensions
  const unit = domain.from.unit?.text
  return values.map((value): Point => {
    const written = unit === undefined ? formatNumber(value) : formatIn(value, unit)
    if (takes.takes === 'bounds')
      return { value: [{ value, dimension, span: { ...domain.span } }], shown: written, written }
    // Which time in steps it is only the network says.
    return dimension === 'seconds' && takes.dimensions.length > 1
      ? { value: { seconds: value }, shown: written, written }
      : { value, shown: value, written }
  })
}

/** What a sweep has no use for; a slip in the name of a block that it takes is told as one. */
function refuse(statement: Statement, blocks: string[]): Diagnostic {
  if (statement.node !== 'block') return wording.notASweep(statement.span)
  const { text, span } = statement.kind
  return nearest(text, blocks) === null ? wording.notASweep(statement.head) : wording.unknownBlock(span, text, blocks)
}
