import type { CheckedCondition, Component } from '../check/component.ts'
import { meets } from '../check/condition.ts'
import { lookUp, type Report } from '../check/report.ts'
import { findComponent, type Scope } from '../check/scope.ts'
import { BLOCK_WORK, MAX_DEPTH } from '../limits.ts'
import { keysOf } from '../schema/schema.ts'
import type { BlockRule, Plain } from '../schema/type.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import { type Assignment, baseIn } from './assignment.ts'

/** A component under one assignment: its base and the value of every key that could be settled. */
export interface Settled {
  base: string | null
  /** The block that stands on this base: its own, or the last one that it is built on. */
  root: Component | null
  values: Record<string, Plain>
  /** Where values stand that were written in the user's text. */
  spans: Record<string, Span>
  /** What wrote each value that is not a default: its own block, or one that it is built on. */
  authors: Record<string, Component>
  /** Every key that is needed is there. */
  complete: boolean
  /** Where the block begins. */
  head: Span
}

const ignore: Report = () => {}

/**
 * What a component is under an assignment: the defaults of the language, then its parents', then its own entries,
 * those under a `when` that holds last, then what the sweep says.
 */
export function settle(component: Component, assignment: Assignment, scope: Scope, report: Report): Settled {
  const settled = collect(component, assignment, scope, [], true, report)
  // Without a known base nobody can say which keys are needed.
  const { head } = component.block
  if (!settled.complete || (settled.base === null && component.rule.baseNeeded))
    return { ...settled, complete: false, head }
  const missing = Object.entries(keysOf(component.rule, settled.base)).filter(
    ([key, rule]) => !rule.optional && !rule.fact && settled.values[key] === undefined,
  )
  for (const [key, rule] of missing) {
    if (!hasFailed(component, key)) report(wording.missingKey(component.block.head, key, component.kind, rule))
  }
  return { ...settled, complete: missing.length === 0 && !anyFailed(component), head }
}

const NOTHING: Omit<Settled, 'head'> = { base: null, root: null, values: {}, spans: {}, authors: {}, complete: false }

/** Builds a component on what its base gives; `above` are those that are built on it, in case a sweep makes a circle. */
function collect(
  component: Component,
  assignment: Assignment,
  scope: Scope,
  above: readonly Component[],
  conditional: boolean,
  report: Report,
): Omit<Settled, 'head'> {
  scope.work.spend(BLOCK_WORK + component.entries.length)
  const chain = [...above, component]
  if (above.includes(component) || above.length === MAX_DEPTH) {
    const swept = chain.flatMap((link) => baseIn(assignment, link)?.parameter ?? [])[0]
    if (swept !== undefined) report(wording.baseCycle(swept.span, swept.address.text))
    return NOTHING
  }
  const swept = baseIn(assignment, component)
  const isSwept = swept !== undefined
  const name = isSwept ? String(swept.point.value) : (component.block.base?.text ?? null)
  const isRoot = name === null || component.rule.bases === null || lookUp(component.rule.bases, name) !== undefined
  const parent = isSwept && !isRoot ? findComponent(scope, component.kind, name, component) : component.parent
  const inherited = isRoot
    ? defaults(component, name)
    : parent == null
      ? NOTHING
      : collect(parent, assignment, scope, chain, conditional, report)
  const { base, root } = inherited
  const values = { ...inherited.values }
  const spans = { ...inherited.spans }
  const authors = { ...inherited.authors }
  const put = (key: string, value: Plain, span: Span) => {
    values[key] = value
    authors[key] = component
    if (component.own) spans[key] = span
    else delete spans[key]
  }
  for (const { key, value, span, conditions } of component.entries.toSorted(
    (a, b) => a.conditions.length - b.conditions.length,
  )) {
    if (conditions.length === 0 || (conditional && hold(conditions, assignment, scope))) put(key, value, span)
  }
  const overrides = [...assignment.values()].filter(
    ({ parameter: { address } }) => address.component === component && address.key !== null,
  )
  overrides.sort(
    (a, b) => Number(a.parameter.address.parameter !== null) - Number(b.parameter.address.parameter !== null),
  )
  for (const {
    parameter: { address, span },
    point,
  } of overrides) {
    const key = address.key!
    if (address.parameter === null) put(key, point.value, span)
    else {
      const form = values[key] as { kind: string } | undefined
      if (form === undefined) continue
      if (Object.hasOwn(form, address.parameter))
        put(key, { ...form, [address.parameter]: point.value }, spans[key] ?? span)
      else report(wording.parameterOfOther(address.span, address.text, address.parameter, form.kind))
    }
  }
  return { base, root, values, spans, authors, complete: inherited.complete }
}

const known = new WeakMap<BlockRule, Map<string | null, Readonly<Record<string, Plain>>>>()

/** What a block of the language itself is where nothing is written; found once for each base. */
function defaults(component: Component, base: string | null): Omit<Settled, 'head'> {
  const { rule } = component
  const ofRule = known.get(rule) ?? new Map<string | null, Readonly<Record<string, Plain>>>()
  known.set(rule, ofRule)
  let values = ofRule.get(base)
  if (values === undefined) {
    const rules = Object.entries(keysOf(rule, base)).filter(([, { default: value }]) => value !== undefined)
    values = Object.fromEntries(rules.map(([key, { default: value }]) => [key, value!]))
    ofRule.set(base, values)
  }
  return { base, root: component, values: { ...values }, spans: {}, authors: {}, complete: true }
}

/** Whether all conditions hold under an assignment. */
export function hold(conditions: readonly CheckedCondition[], assignment: Assignment, scope: Scope): boolean {
  return conditions.every((condition) => meets(valueAt(condition, assignment, scope), condition))
}

/** What stands at a condition's address; entries that themselves depend on a condition do not count. */
function valueAt({ address }: CheckedCondition, assignment: Assignment, scope: Scope): Plain | undefined {
  const { component, key, parameter, text } = address
  if (component === null) return assignment.get(text)?.point.value ?? 0
  if (key === null) return baseIn(assignment, component)?.point.value ?? component.block.base?.text
  const value = collect(component, assignment, scope, [], false, ignore).values[key]
  if (parameter === null || typeof value !== 'object') return value
  return (value as Record<string, Plain>)[parameter]
}

/** Whether something was reported of a key, or of the block, of a component or of what it is built on. */
export function hasFailed(component: Component, key: string): boolean {
  const { failed, block, parent } = component
  return failed.has(key) || block.broken || (parent !== null && hasFailed(parent, key))
}

function anyFailed({ failed, block, parent }: Component): boolean {
  return failed.size > 0 || block.broken || (parent !== null && anyFailed(parent))
}
